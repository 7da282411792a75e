use serde_json::Value;

/// What a function reports in place of an answer: Lambda counts it under `Errors`, and a Function URL answers 502.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: String,
    pub message: String,
}

impl Failure {
    /// Of an answer that an HTTP API, a REST API or a load balancer would take for garbage.
    pub(crate) fn streamed() -> Self {
        Self {
            kind: "Door.StreamedReply".to_owned(),
            message: "the event's sender waits for a whole answer, and was sent a stream"
                .to_owned(),
        }
    }

    /// From the body of an `/error` call; a body that is no error report is told as it stands.
    pub(crate) fn read(body: &[u8], kind: Option<&str>) -> Self {
        let report: Value = serde_json::from_slice(body).unwrap_or_default();
        let field = |name| report.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            kind: field("errorType")
                .or(kind.map(str::to_owned))
                .unwrap_or_else(|| "Unknown".to_owned()),
            message: field("errorMessage")
                .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_by_its_own_names() {
        let body = br#"{"errorType":"Lost","errorMessage":"no way home"}"#;
        let failure = Failure::read(body, Some("Header"));
        assert_eq!(
            (failure.kind.as_str(), failure.message.as_str()),
            ("Lost", "no way home")
        );
    }

    #[test]
    fn a_body_that_is_no_report_is_the_message() {
        let failure = Failure::read(b"gone", Some("Runtime.ExitError"));
        assert_eq!(
            (failure.kind.as_str(), failure.message.as_str()),
            ("Runtime.ExitError", "gone")
        );
    }
}
