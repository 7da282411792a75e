/// The SHA-256 digest of the token a caller must send: enough to recognise the token, not to send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BearerDigest([u8; 32]);

impl BearerDigest {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "64 hexadecimal digits, the SHA-256 of the token".to_owned();
        let text = text.trim();
        // `from_str_radix` would take a sign.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wanted());
        }
        let mut digest = [0; 32];
        for (nth, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * nth..2 * nth + 2], 16).map_err(|_| wanted())?;
        }
        Ok(Self(digest))
    }

    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_either_case_are_read() {
        let digest = BearerDigest::parse(&"aB".repeat(32)).expect("digest");
        assert_eq!(digest.as_bytes(), &[0xab; 32]);
    }

    #[test]
    fn anything_but_64_digits_is_refused() {
        for text in ["", "ab", &"g".repeat(64), &"+a".repeat(32), &"é".repeat(32)] {
            assert!(BearerDigest::parse(text).is_err(), "{text}");
        }
    }
}
