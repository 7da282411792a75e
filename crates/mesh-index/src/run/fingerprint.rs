//! How a run sees that a file is the one it read before, without reading it where that can be told from outside.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use mesh_core::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A file written this shortly before it was read may change again within the same tick of its clock.
const SETTLING: Duration = Duration::from_secs(2);

/// What a file looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    size: u64,
    modified_ns: u128,
    age: Age,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Settled,
    Fresh,
}

impl Look {
    pub(super) fn of(metadata: &Metadata, now: SystemTime) -> Self {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let since_epoch = modified
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let is_settled = now.duration_since(modified).is_ok_and(|age| age > SETTLING);
        Self {
            size: metadata.len(),
            modified_ns: since_epoch.as_nanos(),
            age: if is_settled { Age::Settled } else { Age::Fresh },
        }
    }

    /// What an earlier fingerprint says about a file that looks like this, for a reader of that version.
    pub(super) fn compare(self, earlier: &str, version: u32) -> Verdict {
        let mut parts = earlier.split(' ');
        let (Some(read_by), Some(size), Some(modified), Some(content)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Verdict::Changed;
        };
        if size != self.size.to_string() || read_by != version.to_string() {
            return Verdict::Changed;
        }
        if modified == self.modified_ns.to_string() && parts.next() != Some(FRESH) {
            return Verdict::Unchanged;
        }
        Verdict::UnchangedIf(content.to_owned())
    }
}

const FRESH: &str = "fresh";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Verdict {
    Changed,
    Unchanged,
    /// Only if its content is the one named.
    UnchangedIf(String),
}

/// What read a file, and its look and content in one line, for the next run to compare.
#[derive(Debug)]
pub(super) struct Fingerprint<'a> {
    pub(super) version: u32,
    pub(super) look: Look,
    pub(super) content: &'a str,
}

impl fmt::Display for Fingerprint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.version, self.look.size, self.look.modified_ns, self.content
        )?;
        match self.look.age {
            Age::Settled => Ok(()),
            Age::Fresh => write!(f, " {FRESH}"),
        }
    }
}

/// The name of some content.
pub(super) fn content(bytes: &[u8]) -> String {
    finished(Sha256::new_with_prefix(bytes))
}

/// The name of the content of a large file, which is read through once.
pub(super) fn content_of(input: &mut impl std::io::Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok(finished(hash)),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn finished(hash: Sha256) -> String {
    hex(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(size: u64, modified_ns: u128, age: Age) -> Look {
        Look {
            size,
            modified_ns,
            age,
        }
    }

    #[test]
    fn a_settled_file_is_known_by_size_and_time() {
        let before = look(10, 5, Age::Settled);
        let earlier = Fingerprint {
            version: 3,
            look: before,
            content: "abc",
        }
        .to_string();
        assert_eq!(before.compare(&earlier, 3), Verdict::Unchanged);
        assert_eq!(
            look(11, 5, Age::Settled).compare(&earlier, 3),
            Verdict::Changed
        );
        assert_eq!(
            look(10, 6, Age::Settled).compare(&earlier, 3),
            Verdict::UnchangedIf("abc".to_owned())
        );
        assert_eq!(before.compare("", 3), Verdict::Changed);
        assert_eq!(before.compare(&earlier, 4), Verdict::Changed, "an upgrade");
    }

    #[test]
    fn a_file_read_while_it_was_fresh_is_known_by_its_content_only() {
        let before = look(10, 5, Age::Fresh);
        let earlier = Fingerprint {
            version: 3,
            look: before,
            content: "abc",
        }
        .to_string();
        let now = look(10, 5, Age::Settled);
        assert_eq!(
            now.compare(&earlier, 3),
            Verdict::UnchangedIf("abc".to_owned())
        );
    }
}
