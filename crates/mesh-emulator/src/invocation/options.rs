use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::invocation::identifier;

const FUNCTION_ARN: &str =
    "arn:aws:lambda:us-east-2:123456789012:function:aoma-mesh-mcp-server:live";

/// How an event is handed out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub deadline: Deadline,
    /// How long the outcome is waited for, whatever deadline the function was told. Default: its own remaining time,
    /// and 30 s for a deadline in the past.
    pub timeout: Option<Duration>,
    /// Default: a fresh one.
    pub request_id: Option<String>,
    /// An X-Ray header; default: a fresh, sampled one.
    pub trace_id: Option<String>,
}

/// The `lambda-runtime-deadline-ms` of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// This long after the event is offered.
    In(Duration),
    /// This many milliseconds after 1970, however absurd.
    EpochMs(u64),
}

impl Default for Deadline {
    fn default() -> Self {
        Self::In(Duration::from_secs(30))
    }
}

impl Options {
    pub fn deadline(deadline: Deadline) -> Self {
        Self {
            deadline,
            ..Self::default()
        }
    }

    pub(super) fn timeout(&self) -> Duration {
        match (self.timeout, self.deadline) {
            (Some(timeout), _) => timeout,
            (None, Deadline::In(remaining)) => remaining,
            (None, Deadline::EpochMs(_)) => Duration::from_secs(30),
        }
    }

    pub(super) fn headers(&self, request_id: &str) -> HeaderMap {
        let trace_id = self.trace_id.clone().unwrap_or_else(identifier::trace);
        let fields = [
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", request_id.to_owned()),
            (
                "lambda-runtime-deadline-ms",
                self.deadline.epoch_ms().to_string(),
            ),
            (
                "lambda-runtime-invoked-function-arn",
                FUNCTION_ARN.to_owned(),
            ),
            ("lambda-runtime-trace-id", trace_id),
        ];
        let header = |(name, text): (&str, String)| {
            let value = HeaderValue::try_from(text).expect("a header's text");
            (
                HeaderName::from_bytes(name.as_bytes()).expect("a name"),
                value,
            )
        };
        fields.into_iter().map(header).collect()
    }
}

impl Deadline {
    fn epoch_ms(self) -> u128 {
        match self {
            Self::EpochMs(milliseconds) => milliseconds.into(),
            Self::In(remaining) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                (now.unwrap_or_default() + remaining).as_millis()
            }
        }
    }
}
