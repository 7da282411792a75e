use std::io::Read as _;

use bytes::Bytes;
use ciborium::Value;

use super::{Fake, Reply, Seen};

/// A metrics service that answers so. It speaks Smithy's RPC v2: CBOR both ways.
pub(crate) async fn metrics_service(
    answer: impl Fn(&Seen) -> Value + Send + Sync + 'static,
) -> Fake {
    Fake::serving(move |seen| spoken(Reply::new(200, cbor(&answer(seen))))).await
}

impl Fake {
    pub(crate) fn answering_cbor(self, status: u16, body: &Bytes) -> Self {
        self.answering_so(spoken(Reply::new(status, body.clone())))
    }
}

fn spoken(reply: Reply) -> Reply {
    reply
        .saying("smithy-protocol", "rpc-v2-cbor")
        .saying("content-type", "application/cbor")
}

pub(crate) fn cbor(value: &Value) -> Bytes {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("writing to memory");
    bytes.into()
}

pub(crate) fn read_cbor(seen: &Seen) -> Value {
    let mut bytes = seen.body.to_vec();
    if seen.header("content-encoding") == "gzip" {
        bytes.clear();
        flate2::read::GzDecoder::new(seen.body.as_ref())
            .read_to_end(&mut bytes)
            .expect("gzip");
    }
    ciborium::from_reader(bytes.as_slice()).expect("CBOR")
}

pub(crate) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    let fields = value.as_map().expect("a map");
    let found = fields.iter().find(|(key, _)| *key == text(name));
    &found.expect("is there").1
}

pub(crate) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.map(|(name, value)| (text(name), value)).into())
}

pub(crate) fn array<const N: usize>(values: [Value; N]) -> Value {
    Value::Array(values.into())
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn number(number: f64) -> Value {
    Value::Float(number)
}

/// Seconds since 1970, as a time.
pub(crate) fn at(seconds: i64) -> Value {
    Value::Tag(1, Box::new(Value::Integer(seconds.into())))
}
