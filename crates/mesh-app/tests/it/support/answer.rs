use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} `{}`", self.status, self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Status and JSON-RPC error code, the pair that clients go by.
    #[track_caller]
    pub(crate) fn fault(&self) -> (u16, i64) {
        let body = self.json();
        assert_eq!(body["jsonrpc"], "2.0", "{body}");
        assert!(body["error"]["message"].is_string(), "{body}");
        let code = body["error"]["code"].as_i64().expect("a code");
        (self.status, code)
    }

    /// The `result` of a JSON-RPC answer that went well.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        let body = self.json();
        assert_eq!(self.status, 200, "{body}");
        assert!(body.get("error").is_none(), "{body}");
        body["result"].clone()
    }

    /// The text of a tool's result, and whether it is a failure.
    #[track_caller]
    pub(crate) fn told(&self) -> (bool, String) {
        let result = self.result();
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        (
            result["isError"].as_bool().unwrap_or_default(),
            text.to_owned(),
        )
    }
}
