//! JSON that goes out as it came, through an SDK that would decode and write it anew: the SDK writes a mark, and whoever sends
//! the bytes puts in the mark's place what belongs there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Serialize;

const MARK: &str = "aoma-mesh/splice/";
/// The digits behind it.
const DIGITS: usize = 32;

/// What is to be put in, by its mark. What is never sent is forgotten after a while.
#[derive(Debug, Default)]
pub(crate) struct Splices(Mutex<HashMap<String, Splice>>);

#[derive(Debug)]
struct Splice {
    /// As the SDK writes it, with the mark in it.
    written: String,
    instead: String,
    since: Instant,
}

impl Splices {
    const MAX_AGE: Duration = Duration::from_secs(300);

    /// A text that nobody can guess, and so nobody else can have sent.
    ///
    /// # Panics
    /// When the system gives no random bytes; it gave some when the server started.
    pub(crate) fn mark() -> String {
        let mut random = [0; DIGITS / 2];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        format!("{MARK}{:032x}", u128::from_be_bytes(random))
    }

    /// Puts `instead` where `written` is, which holds `mark`.
    pub(crate) fn put(&self, mark: String, written: String, instead: &str) {
        let now = Instant::now();
        let mut waiting = self.lock();
        waiting.retain(|_, splice| now.duration_since(splice.since) < Self::MAX_AGE);
        // A message is a line, or the data of an event; between its parts JSON may have line breaks, and within them none.
        let instead = instead.replace(['\n', '\r'], " ");
        waiting.insert(
            mark,
            Splice {
                written,
                instead,
                since: now,
            },
        );
    }

    /// A value with a mark, to be written as the member `name`; in its place go `members`.
    pub(crate) fn instead_of<T: Serialize>(
        &self,
        name: &str,
        members: &str,
        with: impl FnOnce(String) -> T,
    ) -> T {
        let mark = Self::mark();
        let value = with(mark.clone());
        let written = serde_json::to_string(&value).expect("a mark can be written as JSON");
        self.put(mark, format!(r#""{name}":{written}"#), members);
        value
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The message with everything in its place.
    pub(crate) fn fill(&self, message: Bytes) -> Bytes {
        if self.is_empty() {
            return message;
        }
        match std::str::from_utf8(&message)
            .ok()
            .and_then(|text| self.filled(text))
        {
            Some(filled) => filled.into(),
            None => message,
        }
    }

    fn filled(&self, text: &str) -> Option<String> {
        let at = text.find(MARK)?;
        let mark = text.get(at..at + MARK.len() + DIGITS)?;
        let splice = self.lock().remove(mark)?;
        let (before, after) = text.split_once(&splice.written)?;
        let filled = [before, &splice.instead, after].concat();
        Some(filled)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Splice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_in_its_place_once() {
        let splices = Splices::default();
        let mark = Splices::mark();
        let written = format!(r#"{{"text":"{mark}"}}"#);
        splices.put(mark, written.clone(), "{\"a\":\n1.50}");
        let message = Bytes::from(format!("{{\"content\":[{written}]}}"));
        assert_eq!(
            splices.fill(message.clone()),
            r#"{"content":[{"a": 1.50}]}"#
        );
        assert_eq!(splices.fill(message.clone()), message);
    }

    #[test]
    fn a_mark_that_was_not_made_here_stays_what_it_is() {
        let splices = Splices::default();
        splices.put(Splices::mark(), "x".to_owned(), "y");
        let message = Bytes::from(format!("\"{MARK}{:032x}\"", 7));
        assert_eq!(splices.fill(message.clone()), message);
        let short = Bytes::from_static(b"\"aoma-mesh/splice/7\"");
        assert_eq!(splices.fill(short.clone()), short);
    }
}
