//! JSON that goes out as it came, through an SDK that would decode and write it anew: the SDK writes a mark, and whoever sends
//! the bytes puts in the mark's place what belongs there.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mesh_core::lock;
use serde::Serialize;

const MARK: &str = "aoma-mesh/splice/";
/// The digits behind it.
const DIGITS: usize = 32;

/// What is to be put in, by its mark. What is never sent is forgotten after [`MAX_AGE`], and earlier where there is more of it
/// than [`MAX_BYTES`]: an answer whose client has left is never sent.
#[derive(Debug, Default)]
pub(crate) struct Splices(Mutex<Waiting>);

/// How long a client may take to resume a stream.
const MAX_AGE: Duration = Duration::from_secs(300);
const MAX_BYTES: usize = 64 << 20;

#[derive(Debug, Default)]
struct Waiting {
    by_mark: HashMap<String, Splice>,
    /// The marks, the oldest first.
    in_order: BTreeMap<u64, String>,
    /// Of all of [`Splice::instead`].
    bytes: usize,
    next: u64,
}

#[derive(Debug)]
struct Splice {
    /// As the SDK writes it, with the mark in it.
    written: String,
    instead: String,
    since: Instant,
    place: u64,
}

impl Waiting {
    fn put(&mut self, mark: String, written: String, instead: String, now: Instant) {
        let place = self.next;
        self.next += 1;
        self.bytes += instead.len();
        self.in_order.insert(place, mark.clone());
        let splice = Splice {
            written,
            instead,
            since: now,
            place,
        };
        self.by_mark.insert(mark, splice);
    }

    fn take(&mut self, mark: &str) -> Option<Splice> {
        let splice = self.by_mark.remove(mark)?;
        self.in_order.remove(&splice.place);
        self.bytes -= splice.instead.len();
        Some(splice)
    }

    /// The newest stays however large it is: its answer is about to be sent.
    fn forget(&mut self, now: Instant) {
        while let Some(mark) = self.in_order.first_entry() {
            let splice = &self.by_mark[mark.get()];
            let is_old = now.duration_since(splice.since) >= MAX_AGE;
            if !is_old && (self.bytes <= MAX_BYTES || self.by_mark.len() == 1) {
                return;
            }
            let mark = mark.remove();
            self.take(&mark);
        }
    }
}

impl Splices {
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
        // A message is a line, or the data of an event; between its parts JSON may have line breaks, and within them none.
        let instead = instead.replace(['\n', '\r'], " ");
        let now = Instant::now();
        let mut waiting = self.lock();
        waiting.put(mark, written, instead, now);
        waiting.forget(now);
    }

    /// Forgets what has become too old.
    pub(crate) fn forget(&self, now: Instant) {
        self.lock().forget(now);
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
        self.lock().by_mark.is_empty()
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
        let splice = self.lock().take(mark)?;
        let (before, after) = text.split_once(&splice.written)?;
        let filled = [before, &splice.instead, after].concat();
        Some(filled)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.0)
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

    fn put(splices: &Splices, instead: &str) -> String {
        let mark = Splices::mark();
        splices.put(mark.clone(), mark.clone(), instead);
        mark
    }

    fn sent(splices: &Splices, mark: &str) -> Bytes {
        splices.fill(Bytes::copy_from_slice(mark.as_bytes()))
    }

    #[test]
    fn what_is_never_sent_has_a_bound() {
        let splices = Splices::default();
        let large = "x".repeat(MAX_BYTES / 2);
        let marks = [0; 3].map(|_| put(&splices, &large));
        assert_eq!(splices.lock().bytes, MAX_BYTES);
        assert_eq!(sent(&splices, &marks[0]), marks[0], "the oldest went");
        assert_eq!(sent(&splices, &marks[1]), large);
        assert_eq!(sent(&splices, &marks[2]), large);
        let waiting = splices.lock();
        assert_eq!((waiting.bytes, waiting.in_order.len()), (0, 0));
    }

    #[test]
    fn one_that_is_larger_than_the_bound_is_sent() {
        let splices = Splices::default();
        put(&splices, "before");
        let huge = "x".repeat(MAX_BYTES + 1);
        let mark = put(&splices, &huge);
        assert_eq!(sent(&splices, &mark), huge);
        assert!(splices.is_empty());
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let splices = Splices::default();
        put(&splices, "x");
        let now = Instant::now();
        splices.forget(now);
        assert!(!splices.is_empty());
        splices.forget(now + MAX_AGE);
        assert!(splices.is_empty());
    }
}
