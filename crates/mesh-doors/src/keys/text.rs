//! Keys as one line of text, short enough for twenty of them to fit into one parameter of a parameter store (4 kB).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use mesh_core::hex;

use super::{ID_BYTES, Key, Keyring, SALT_BYTES};

/// Where the text of a key says that it does not expire.
const NEVER: &str = "never";

/// Which entry of the text is none, counted from 1. It holds nothing of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key {0} is not as `mesh keys create` writes it")]
pub struct InvalidKeys(usize);

impl FromStr for Keyring {
    type Err = InvalidKeys;

    fn from_str(text: &str) -> Result<Self, InvalidKeys> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let keys = text.split(',').enumerate();
        let keys = keys.map(|(nth, one)| key(one).ok_or(InvalidKeys(nth + 1)));
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }
}

impl fmt::Display for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, key) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str(",")?;
            }
            let Key { name, id, .. } = key;
            write!(f, "{name}/{id}/{}/", key.created)?;
            match key.expires {
                Some(last) => write!(f, "{last}")?,
                None => f.write_str(NEVER)?,
            }
            let (salt, digest) = (hex(&key.salt), hex(&key.digest));
            write!(f, "/{}/{salt}/{digest}", key.last_four)?;
        }
        Ok(())
    }
}

fn key(text: &str) -> Option<Key> {
    let parts: Vec<&str> = text.split('/').collect();
    let [name, id, created, expires, last_four, salt, digest] = parts[..] else {
        return None;
    };
    let fits = is_name(name) && is_hex(id, 2 * ID_BYTES) && is_hex(last_four, 4);
    fits.then_some(())?;
    Some(Key {
        name: name.to_owned(),
        id: id.to_owned(),
        created: created.parse().ok()?,
        expires: match expires {
            NEVER => None,
            day => Some(day.parse::<Date>().ok()?),
        },
        last_four: last_four.to_owned(),
        salt: bytes::<SALT_BYTES>(salt)?,
        digest: bytes::<32>(digest)?,
    })
}

pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(is_plain)
}

fn is_hex(text: &str, length: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().all(is_digit)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    is_hex(text, 2 * N).then_some(())?;
    let mut bytes = [0; N];
    for (nth, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * nth..2 * nth + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 29);

    #[test]
    fn keys_written_are_the_keys_read() {
        let mut keys = Keyring::default();
        assert_eq!("".parse(), Ok(keys.clone()));
        keys.create("eleven", TODAY, None).expect("created");
        keys.create("ci-2", TODAY, Some(date(2027, 5, 28)))
            .expect("created");
        assert_eq!(keys.to_string().parse(), Ok(keys));
    }

    #[test]
    fn an_entry_that_was_changed_is_told_by_its_place() {
        let mut keys = Keyring::default();
        keys.create("eleven", TODAY, None).expect("created");
        let good = keys.to_string();
        for (from, to) in [("eleven/", "Eleven/"), ("never", "soon"), ("/", "")] {
            let text = format!("{good},{}", good.replacen(from, to, 1));
            assert_eq!(text.parse::<Keyring>(), Err(InvalidKeys(2)), "{text}");
        }
    }

    #[test]
    fn twenty_keys_fit_into_one_parameter() {
        let mut keys = Keyring::default();
        for _ in 0..20 {
            keys.create("some-service", TODAY, Some(TODAY))
                .expect("created");
        }
        assert!(keys.to_string().len() <= 4096, "{}", keys.to_string().len());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Keyring>();
        }
    }
}
