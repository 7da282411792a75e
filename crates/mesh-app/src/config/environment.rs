/// A server's own name for its surroundings: one word, such as `development`, `staging`, `production`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment(String);

/// Longer names would not fit where monitoring shows them.
const MAX_LENGTH: usize = 32;

impl Environment {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > MAX_LENGTH || !text.chars().all(is_word) {
            return Err(format!(
                "one word of at most {MAX_LENGTH} small letters, digits and dashes"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self("development".to_owned())
    }
}
