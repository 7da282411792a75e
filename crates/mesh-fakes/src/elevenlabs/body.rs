use serde_json::Value;

use super::error::ApiError;

/// A body of JSON as operations read it: what they do not know is ignored.
#[derive(Debug)]
pub(super) struct Fields(Value);

impl Fields {
    pub(super) fn read(body: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(body) {
            Ok(fields @ Value::Object(_)) => Ok(Self(fields)),
            Ok(other) => Err(ApiError::field(
                &["body"],
                "model_attributes_type",
                "Input should be a valid dictionary",
                &other,
            )),
            Err(_) => Err(ApiError::missing(&["body"])),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, ApiError> {
        match &self.0[name] {
            Value::Null => Err(ApiError::missing(&["body", name])),
            Value::String(text) => Ok(text),
            other => Err(ApiError::field(
                &["body", name],
                "string_type",
                "Input should be a valid string",
                other,
            )),
        }
    }

    /// A text of so many characters.
    pub(super) fn bounded(&self, name: &str, least: usize, most: usize) -> Result<&str, ApiError> {
        let text = self.required(name)?;
        let kind = match text.chars().count() {
            count if count < least => "string_too_short",
            count if count > most => "string_too_long",
            _ => return Ok(text),
        };
        let message = format!("String should have {least} to {most} characters");
        Err(ApiError::field(
            &["body", name],
            kind,
            &message,
            &text.into(),
        ))
    }

    pub(super) fn value(&self, name: &str) -> &Value {
        &self.0[name]
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0[name].as_bool().unwrap_or(false)
    }

    /// A number within its bounds; nothing, where there is none. Its name may be a path with dots.
    pub(super) fn number(
        &self,
        path: &str,
        least: f64,
        most: f64,
    ) -> Result<Option<f64>, ApiError> {
        let value = path.split('.').fold(&self.0, |value, name| &value[name]);
        let Some(number) = value.as_f64() else {
            return Ok(None);
        };
        if (least..=most).contains(&number) {
            return Ok(Some(number));
        }
        let place: Vec<&str> = std::iter::once("body").chain(path.split('.')).collect();
        let message = format!("Input should be {least} to {most}");
        Err(ApiError::field(&place, "out_of_range", &message, value))
    }
}
