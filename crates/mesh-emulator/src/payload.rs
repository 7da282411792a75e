use bytes::Bytes;
use serde_json::Value;

use crate::Event;

/// The bytes of an event, as the function gets them.
#[derive(Debug, Clone)]
pub struct Payload(pub(crate) Bytes);

impl Payload {
    /// Whether what sent the event invokes for a whole answer: of the HTTP events, all but those of Function URLs.
    pub(crate) fn is_of_a_buffered_door(&self) -> bool {
        let event: Value = serde_json::from_slice(&self.0).unwrap_or_default();
        let context = &event["requestContext"];
        let domain = context["domainName"].as_str().unwrap_or_default();
        context.is_object() && !domain.contains(".lambda-url.")
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&str> for Payload {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<&Value> for Payload {
    fn from(value: &Value) -> Self {
        Self(Bytes::from(value.to_string()))
    }
}

impl From<&Event> for Payload {
    fn from(event: &Event) -> Self {
        Self::from(&event.to_json())
    }
}
