use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http::{Method, StatusCode, header};
use mesh_core::Outcome;

use super::RequestId;
use crate::app::App;
use crate::mcp::Incoming;

/// One log line a request: who, what, how it ended, how long. Never a header, a body or an argument.
pub(in crate::http) async fn record(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let line = Line {
        app,
        started: Instant::now(),
        incoming: request.extensions().get::<Incoming>().cloned(),
        id: request.extensions().get::<RequestId>().cloned(),
        method: request.method().clone(),
        path: request.uri().path().chars().take(LONGEST_PATH).collect(),
        status: StatusCode::OK,
    };
    finish(line, next.run(request).await)
}

/// Our own paths are short; a stranger's may be as long as a header may.
const LONGEST_PATH: usize = 100;

/// An event stream has only begun when its headers are ready: its line is written when it ends.
fn finish(mut line: Line, response: Response) -> Response {
    line.status = response.status();
    let streams = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
    if !streams {
        return response;
    }
    response.map(|body| {
        Body::from_stream(body.into_data_stream().inspect(move |_| {
            let _until_the_end = &line;
        }))
    })
}

/// Written when it is dropped.
struct Line {
    app: App,
    started: Instant,
    incoming: Option<Incoming>,
    id: Option<RequestId>,
    method: Method,
    path: String,
    status: StatusCode,
}

impl Drop for Line {
    fn drop(&mut self) {
        let (Some(incoming), Some(id)) = (&self.incoming, &self.id) else {
            return;
        };
        let elapsed = self.started.elapsed();
        let note = incoming.tally.read();
        if let Some(outcome) = note.outcome {
            self.app
                .services
                .metrics
                .request(Instant::now(), outcome, elapsed);
        }
        tracing::info!(
            request_id = %id,
            caller = %incoming.caller,
            method = %self.method,
            path = self.path,
            status = self.status.as_u16(),
            tool = note.tool,
            outcome = note.outcome.map(name),
            failure = note.failure,
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "request"
        );
    }
}

const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
    }
}
