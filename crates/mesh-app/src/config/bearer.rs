use sha2::{Digest as _, Sha256};

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
        // What `sha256sum` makes of an unset variable: the first would let in whoever sends an empty token, the second nobody.
        if ["", "\n"]
            .map(|blank| Sha256::digest(blank)[..] == digest)
            .contains(&true)
        {
            return Err(
                "the SHA-256 of a token; this is that of an empty one, as of a variable that is not set".to_owned(),
            );
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
    fn the_digest_of_an_empty_token_is_refused() {
        for digest in [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
        ] {
            let fault = BearerDigest::parse(digest).expect_err("a fault");
            assert!(fault.contains("an empty one"), "{fault}");
        }
    }

    #[test]
    fn anything_but_64_digits_is_refused() {
        for text in ["", "ab", &"g".repeat(64), &"+a".repeat(32), &"é".repeat(32)] {
            assert!(BearerDigest::parse(text).is_err(), "{text}");
        }
    }
}
