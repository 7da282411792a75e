use std::fmt;

use zeroize::Zeroizing;

/// A value that cannot be printed, logged or serialised, and is wiped from memory when it is let go.
///
/// It has no `Display` and no `Serialize`; its `Debug` shows nothing of it. [`Secret::reveal`] is the one way to it, and
/// easy to search for.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_debug_form_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("test-token")), "Secret(…)");
    }
}
