use serde_json::{Map, Value, json};

use super::Entry;
use super::digest::{canonical, sha256};

/// What the first line of a chain has in the place of the line before it.
pub(super) const NOTHING: &str = "";

/// The lines that one instance writes, one after the other.
#[derive(Clone, Debug)]
pub struct Chain {
    environment: String,
    instance: String,
    head: Head,
}

/// The last line of a chain: its number, counted from 1, and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    pub hash: String,
}

impl Chain {
    /// `instance` is the name of one process, and is used for one chain only.
    #[must_use]
    pub fn new(environment: &str, instance: &str) -> Self {
        Self {
            environment: environment.to_owned(),
            instance: instance.to_owned(),
            head: Head {
                seq: 0,
                hash: NOTHING.to_owned(),
            },
        }
    }

    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The last line that was written; its number is 0 where there is none.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The next line, without a line break at its end. It counts as written from now on.
    pub fn append(&mut self, entry: &Entry<'_>) -> String {
        let seq = self.head.seq + 1;
        let mut line = Map::new();
        line.insert("seq".to_owned(), json!(seq));
        line.insert("environment".to_owned(), json!(self.environment));
        line.insert("instance".to_owned(), json!(self.instance));
        line.append(&mut entry.members());
        line.insert("prev".to_owned(), json!(self.head.hash));
        let mut line = Value::Object(line);
        let hash = sha256(&canonical(&line));
        line["hash"] = json!(hash);
        self.head = Head { seq, hash };
        line.to_string()
    }
}
