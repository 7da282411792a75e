use bytes::Bytes;
use serde_json::Value;

use crate::Event;

/// The bytes of an event, as the function gets them.
#[derive(Debug, Clone)]
pub struct Payload(pub(crate) Bytes);

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
