use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::fmt::rfc2822;
use rustls::CertificateError;

/// Why an exchange came to nothing. The words are for the operator; they hold no address and no body.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("no answer in time")]
    TimedOut,
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("the connection broke off: {0}")]
    BrokenOff(String),
    #[error("the answer is larger than {max_bytes} bytes")]
    TooLarge { max_bytes: u64 },
    /// It has failed too often, and was not asked.
    #[error("the host goes on failing, and is not asked for {} ms", retry_in.as_millis())]
    LeftAlone { retry_in: Duration },
    #[error("the answer was {}", .0.status)]
    Refused(Box<Refusal>),
    #[error("the request cannot be sent: {0}")]
    Invalid(String),
}

/// An answer whose status is not one of success.
pub struct Refusal {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Its beginning, at least: what a service says of a fault is short.
    pub body: Bytes,
}

impl HttpError {
    pub(crate) fn invalid(error: impl Error) -> Self {
        Self::Invalid(chain(&error))
    }

    /// Whether the same request may succeed the next time.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::TimedOut | Self::Unreachable(_) | Self::BrokenOff(_) => true,
            Self::Refused(refusal) => matches!(refusal.status.as_u16(), 429 | 500 | 502..=504),
            Self::TooLarge { .. } | Self::LeftAlone { .. } | Self::Invalid(_) => false,
        }
    }

    /// Whether the request surely had no effect, and may have one the next time.
    pub(crate) fn is_untaken(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(refusal) => refusal.status == StatusCode::TOO_MANY_REQUESTS,
            _ => false,
        }
    }

    /// How long the host asks to be left alone: RFC 9110, section 10.2.3, in seconds or as a date.
    #[must_use]
    pub fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let Self::Refused(refusal) = self else {
            return None;
        };
        let value = refusal.headers.get(header::RETRY_AFTER)?.to_str().ok()?;
        if let Ok(seconds) = value.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = SystemTime::from(rfc2822::parse(value).ok()?.timestamp());
        Some(date.duration_since(now).unwrap_or_default())
    }
}

/// What an error of reqwest's says, and what it came from. A certificate's fault is told alone, as rustls says for which names
/// it is valid.
fn words(error: &reqwest::Error) -> String {
    match certificate_error(error) {
        Some(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "its certificate is not valid for its address".to_owned(),
        _ => chain(error),
    }
}

/// An error that an I/O error holds is not its source.
fn certificate_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e CertificateError> {
    if let Some(rustls::Error::InvalidCertificate(fault)) = error.downcast_ref() {
        return Some(fault);
    }
    let io = error.downcast_ref::<std::io::Error>();
    match io.and_then(std::io::Error::get_ref) {
        Some(held) => certificate_error(held),
        None => certificate_error(error.source()?),
    }
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            Self::invalid(error)
        } else if error.is_connect() {
            Self::Unreachable(words(&error))
        } else {
            Self::BrokenOff(words(&error))
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refusal").field(&self.status).finish()
    }
}

/// An error and what it came from, in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        line.push_str(": ");
        line.push_str(&error.to_string());
        inner = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &'static str, now: SystemTime) -> Option<Duration> {
        let headers = [(header::RETRY_AFTER, http::HeaderValue::from_static(value))];
        let refusal = Refusal {
            status: StatusCode::SERVICE_UNAVAILABLE,
            headers: headers.into_iter().collect(),
            body: Bytes::new(),
        };
        HttpError::Refused(Box::new(refusal)).retry_after(now)
    }

    #[test]
    fn a_time_to_retry_is_read_in_both_its_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        assert_eq!(after("120", now), Some(Duration::from_secs(120)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(after(date, now), Some(Duration::from_secs(7)));
        let later = now + Duration::from_secs(60);
        assert_eq!(after(date, later), Some(Duration::ZERO));
        assert_eq!(after("soon", now), None);
    }
}
