//! A streamed answer: where the content type says so, a JSON head, eight NULs, and then the body as it comes.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc::UnboundedSender;

use crate::Failure;
use crate::exchange::Progress;

const WITH_HEAD: &[u8] = b"application/vnd.awslambda.http-integration-response";
const SEPARATOR: &[u8] = &[0; 8];

/// Passes a stream on to the one who invoked, each piece when it comes.
pub(super) async fn relay(request: Request<Incoming>, progress: &UnboundedSender<Progress>) {
    let mut splitter = Splitter::of(request.headers());
    if splitter.is_past_head() {
        let _ = progress.send(Progress::Head(Instant::now(), None));
    }
    let mut body = request.into_body();
    let mut failure = None;
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => splitter.push(data, progress),
            Ok(Err(frame)) => failure = frame.trailers_ref().and_then(told_by),
            Err(error) => failure = Some(broken(&error)),
        }
    }
    let _ = progress.send(splitter.end(failure));
}

/// The part of a stream before the eight NULs, until they have come.
struct Splitter(Option<BytesMut>);

impl Splitter {
    fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(header::CONTENT_TYPE);
        let has_head = kind.is_some_and(|kind| kind.as_bytes().starts_with(WITH_HEAD));
        Self(has_head.then(BytesMut::new))
    }

    fn is_past_head(&self) -> bool {
        self.0.is_none()
    }

    fn push(&mut self, data: Bytes, progress: &UnboundedSender<Progress>) {
        let now = Instant::now();
        let Some(head) = &mut self.0 else {
            let _ = progress.send(Progress::Chunk(now, data));
            return;
        };
        head.extend_from_slice(&data);
        let Some(at) = head
            .windows(SEPARATOR.len())
            .position(|window| window == SEPARATOR)
        else {
            return;
        };
        let rest = head.split_off(at + SEPARATOR.len()).freeze();
        let head = head.split_to(at).freeze();
        self.0 = None;
        let _ = progress.send(Progress::Head(now, Some(head)));
        if !rest.is_empty() {
            let _ = progress.send(Progress::Chunk(now, rest));
        }
    }

    fn end(self, failure: Option<Failure>) -> Progress {
        match (self.0, failure) {
            (None, failure) => Progress::End(Instant::now(), failure),
            (Some(_), Some(failure)) => Progress::Failed(failure),
            (Some(head), None) => Progress::Failed(Failure {
                kind: "Runtime.InvalidStream".to_owned(),
                message: format!(
                    "the stream ended inside its head, after {} bytes",
                    head.len()
                ),
            }),
        }
    }
}

fn told_by(trailers: &HeaderMap) -> Option<Failure> {
    let kind = trailers
        .get("lambda-runtime-function-error-type")?
        .to_str()
        .ok();
    let body = trailers.get("lambda-runtime-function-error-body")?;
    let report = STANDARD.decode(body.as_bytes()).unwrap_or_default();
    Some(Failure::read(&report, kind))
}

fn broken(error: &hyper::Error) -> Failure {
    Failure {
        kind: "Runtime.TruncatedResponse".to_owned(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn a_head_cut_anywhere_is_found() {
        let stream = b"{\"statusCode\":200}\0\0\0\0\0\0\0\0body";
        for cut in 0..stream.len() {
            let (sender, mut receiver) = unbounded_channel();
            let mut splitter = Splitter(Some(BytesMut::new()));
            splitter.push(Bytes::copy_from_slice(&stream[..cut]), &sender);
            splitter.push(Bytes::copy_from_slice(&stream[cut..]), &sender);
            drop(sender);
            let mut body = Vec::new();
            while let Ok(progress) = receiver.try_recv() {
                match progress {
                    Progress::Head(_, head) => assert_eq!(head.unwrap(), "{\"statusCode\":200}"),
                    Progress::Chunk(_, data) => body.extend_from_slice(&data),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(body, b"body", "cut at {cut}");
        }
    }
}
