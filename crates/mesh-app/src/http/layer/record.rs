use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http::{Method, StatusCode, header};
use mesh_core::{Caller, Outcome, shown};

use super::RequestId;
use crate::app::App;
use crate::tally::Tally;

/// One log line a request: who, what, how it ended, how long. Never a header, a body or an argument.
pub(in crate::http) async fn record(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let tally = Tally::default();
    let line = Line {
        app,
        started: Instant::now(),
        tally: tally.clone(),
        id: request.extensions().get::<RequestId>().cloned(),
        method: request.method().clone(),
        path: shown(request.uri().path()).to_owned(),
        status: None,
    };
    request.extensions_mut().insert(tally);
    finish(line, next.run(request).await)
}

/// An event stream has only begun when its headers are ready: its line is written when it ends.
fn finish(mut line: Line, response: Response) -> Response {
    line.status = Some(response.status());
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
    tally: Tally,
    id: Option<RequestId>,
    method: Method,
    path: String,
    /// None where the client left before there was one.
    status: Option<StatusCode>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(id) = &self.id else {
            return;
        };
        let elapsed = self.started.elapsed();
        let note = self.tally.read();
        if let Some(outcome) = note.outcome {
            self.app
                .services
                .metrics
                .request(Instant::now(), outcome, elapsed);
        }
        tracing::info!(
            request_id = %id,
            caller = note.caller.map(Caller::id),
            method = %self.method,
            path = self.path,
            status = self.status.map(|status| status.as_u16()),
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
