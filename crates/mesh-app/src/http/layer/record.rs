use std::sync::Arc;
use std::time::{Instant, SystemTime};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http::{HeaderMap, Method, StatusCode};
use mesh_core::{Outcome, Trace};
use mesh_http::is_event_stream;

use super::RequestId;
use crate::app::App;
use crate::journal::RequestRecord;
use crate::tally::Tally;

/// Keeps account of a request, from its arrival to its end.
pub(in crate::http) async fn record(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let tally = Tally::default();
    let trace = trace(request.headers());
    let path = path(&app, &request);
    let line = Line {
        app,
        started: Instant::now(),
        tally: tally.clone(),
        id: request
            .extensions()
            .get::<RequestId>()
            .map(RequestId::shared),
        method: request.method().clone(),
        path,
        status: None,
        trace,
    };
    request.extensions_mut().insert(tally);
    if let Some(trace) = trace {
        request.extensions_mut().insert(trace);
    }
    finish(line, next.run(request).await)
}

/// The route, in our own words: in a stranger's path there may stand a key.
fn path(app: &App, request: &Request) -> String {
    const TOOL: &str = "/tools/{name}";
    let route = request.extensions().get::<MatchedPath>();
    match route.map(MatchedPath::as_str) {
        Some(TOOL) => {
            let path = request.uri().path();
            let is_named = |name: &str| path.strip_prefix("/tools/") == Some(name);
            let is_ours = app
                .catalog
                .tools
                .iter()
                .any(|tool| is_named(tool.name.as_str()));
            if is_ours { path } else { TOOL }.to_owned()
        }
        Some(route) => route.to_owned(),
        None => "other".to_owned(),
    }
}

/// The client's own word first: X-Ray's header, where a platform adds it, begins a trace of its own.
fn trace(headers: &HeaderMap) -> Option<Trace> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    header("traceparent")
        .and_then(Trace::from_traceparent)
        .or_else(|| header("x-amzn-trace-id").and_then(Trace::from_xray))
}

/// An event stream has only begun when its headers are ready: its line is written when it ends.
fn finish(mut line: Line, response: Response) -> Response {
    line.status = Some(response.status());
    if !is_event_stream(response.headers()) {
        return response;
    }
    response.map(|body| {
        Body::from_stream(body.into_data_stream().inspect(move |_| {
            let _until_the_end = &line;
        }))
    })
}

/// Put into the journal when it is dropped.
struct Line {
    app: App,
    started: Instant,
    tally: Tally,
    id: Option<Arc<str>>,
    method: Method,
    path: String,
    /// The answer's status; none where the client left before there was one.
    status: Option<StatusCode>,
    trace: Option<Trace>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(request_id) = self.id.take() else {
            return;
        };
        let now = Instant::now();
        let elapsed = now.duration_since(self.started);
        let note = self.tally.close();
        let is_counted = note.is_let_in || note.is_undecided;
        if let (true, Some(outcome)) = (is_counted, note.outcome) {
            self.app.services.metrics.request(now, outcome, elapsed);
        }
        let strangers = &self.app.strangers;
        let has_line = match note.outcome {
            _ if note.is_let_in || note.caller.is_some() => true,
            Some(Outcome::Failure) => strangers.refused(now),
            _ => strangers.answered(now),
        };
        if !has_line {
            return;
        }
        self.app.journal.put(RequestRecord {
            request_id,
            caller: note.caller,
            method: std::mem::take(&mut self.method),
            path: std::mem::take(&mut self.path),
            status: self.status,
            mcp_method: note.method,
            tool: note.tool,
            outcome: note.outcome,
            failure: note.failure,
            ended: SystemTime::now(),
            elapsed,
            span: note.span.map(|request| request.id),
            trace: note
                .span
                .map(|request| request.trace)
                .or(note.trace)
                .or(self.trace),
            calls: note.calls,
        });
    }
}
