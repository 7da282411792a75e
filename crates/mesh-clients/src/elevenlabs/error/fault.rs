use http::StatusCode;
use serde_json::Value;

use crate::shown::{is_plain, name};

/// So many fields are named at most.
const MAX_FIELDS: usize = 5;

/// What is read of a refusal: its `detail` is an object, an array of fields that are wrong, or a text. Texts may quote what
/// was sent, and are looked into but never shown.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// What it is called now.
    code: Option<String>,
    /// What it was called before, and in places still is.
    status: Option<String>,
    message: String,
    fields: Vec<String>,
}

impl Fault {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        let detail = body.get_mut("detail").map(Value::take);
        match detail.unwrap_or_default() {
            Value::String(message) => Self {
                message,
                ..Self::default()
            },
            Value::Array(wrong) => Self {
                fields: wrong.iter().take(MAX_FIELDS).map(field).collect(),
                ..Self::default()
            },
            detail => Self {
                code: text(&detail["code"]),
                status: text(&detail["status"]),
                message: text(&detail["message"]).unwrap_or_default(),
                fields: text(&detail["param"])
                    .map(|parameter| name(Some(&parameter)))
                    .into_iter()
                    .collect(),
            },
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.code
            .as_deref()
            .into_iter()
            .chain(self.status.as_deref())
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.names().next()
    }

    /// It has no name of its own: it is that of a key that is wrong.
    pub(super) fn is_of_residency(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        message.contains("key") && message.contains("residency")
    }

    /// "…is missing the permission voices_read to execute this operation."
    pub(super) fn permission(&self) -> String {
        let mut words = self.message.split_whitespace();
        let named = words.by_ref().find(|word| word.starts_with("permission"));
        let permission = named.and_then(|_| words.next()).unwrap_or("");
        let permission = permission.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        match is_plain(permission) {
            true => permission.to_owned(),
            false => "unknown".to_owned(),
        }
    }

    pub(super) fn of_request(&self, status: StatusCode) -> String {
        let fields = match self.fields.is_empty() {
            true => "none".to_owned(),
            false => self.fields.join(", "),
        };
        let (status, code) = (status.as_u16(), name(self.code()));
        format!("status {status}, code {code}, field {fields}")
    }
}

/// Where a field is, and the kind of its fault.
fn field(wrong: &Value) -> String {
    let place = wrong["loc"].as_array().map_or(&[][..], Vec::as_slice);
    let place: Vec<_> = place
        .iter()
        .map(|step| {
            step.as_str()
                .map_or_else(|| step.to_string(), str::to_owned)
        })
        .collect();
    let kind = name(wrong["type"].as_str());
    format!("{} ({kind})", name(Some(&place.join("."))))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        Fault::read(body.as_bytes()).of_request(StatusCode::UNPROCESSABLE_ENTITY)
    }

    #[test]
    fn a_detail_is_an_object_an_array_or_a_text() {
        let object =
            r#"{"detail": {"status": "old", "code": "new", "param": "keyterms", "message": "m"}}"#;
        assert_eq!(said(object), "status 422, code `new`, field `keyterms`");
        let array = r#"{"detail": [{"loc": ["body", "files", 0], "type": "missing", "msg": "m", "input": "i"}]}"#;
        assert_eq!(
            said(array),
            "status 422, code none, field `body.files.0` (`missing`)"
        );
        for other in [r#"{"detail": "words"}"#, "[1]", "<html>", "", "null"] {
            assert_eq!(said(other), "status 422, code none, field none", "{other}");
        }
    }

    #[test]
    fn no_text_is_shown() {
        let texts =
            r#"{"detail": {"status": "say: hello there", "param": "a b", "message": "hello"}}"#;
        assert_eq!(said(texts), "status 422, code not shown, field not shown");
        let texts = r#"{"detail": [{"loc": ["body", "hello there"], "type": "hello there"}]}"#;
        assert_eq!(
            said(texts),
            "status 422, code none, field not shown (not shown)"
        );
    }

    #[test]
    fn a_permission_is_named_where_it_is_an_identifier() {
        let permission = |message: &str| {
            let fault = Fault {
                message: message.to_owned(),
                ..Fault::default()
            };
            fault.permission()
        };
        let real =
            "The API key you used is missing the permission voices_read to execute this operation.";
        assert_eq!(permission(real), "voices_read");
        assert_eq!(
            permission("missing the permission `convai_write`."),
            "convai_write"
        );
        for unknown in ["", "no permission", "permission <b>hello</b>"] {
            assert_eq!(permission(unknown), "unknown", "{unknown}");
        }
    }
}
