//! The bucket that sounds are kept in for a day, and answers that were paid for. A key tells nothing: it is a digest of who
//! called and of what only that caller was told.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mesh_core::{Caller, Deadline, FoundObject, NewObject, ObjectFault, ObjectStore, PutWhen, hex};
use sha2::{Digest as _, Sha256};

use crate::reply::Link;

/// As long as a person may take to listen, and a client to fetch.
const VALID_FOR: Duration = Duration::from_secs(900);

/// Clones are the same.
#[derive(Clone, Debug)]
pub struct Bucket(Arc<dyn ObjectStore>);

/// A sound of a caller's, by the name that the caller was told: `{random id}.{extension}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) name: &'a str,
}

impl Bucket {
    #[must_use]
    pub fn new(store: impl ObjectStore + 'static) -> Self {
        Self(Arc::new(store))
    }

    pub(crate) async fn keep(
        &self,
        sound: Named<'_>,
        object: &NewObject,
        deadline: Deadline,
    ) -> Result<(), ObjectFault> {
        let key = sound.key();
        self.0.put(&key, object, PutWhen::Always, deadline).await
    }

    pub(crate) async fn read(
        &self,
        sound: Named<'_>,
        max_bytes: u64,
        deadline: Deadline,
    ) -> Result<Vec<u8>, ObjectFault> {
        let found = self.0.get(&sound.key(), max_bytes, deadline).await?;
        Ok(found.bytes)
    }

    /// A sound that is kept, at an address that anybody can have it at.
    pub(crate) async fn link(
        &self,
        sound: Named<'_>,
        media_type: &str,
        bytes: u64,
    ) -> Result<Link, ObjectFault> {
        let (key, now) = (sound.key(), SystemTime::now());
        let signed = self.0.link(&key, now, VALID_FOR).await?;
        Ok(Link {
            uri: signed.url.reveal().to_owned(),
            until: jiff::Timestamp::try_from(signed.until)
                .map_err(|error| ObjectFault::Failed(error.to_string()))?
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            name: sound.name.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
        })
    }

    /// What became of a call, by its digest.
    pub(crate) async fn keep_answer(
        &self,
        digest: &str,
        object: &NewObject,
        when: PutWhen<'_>,
        deadline: Deadline,
    ) -> Result<(), ObjectFault> {
        let key = answer_key(digest);
        self.0.put(&key, object, when, deadline).await
    }

    pub(crate) async fn answer(
        &self,
        digest: &str,
        max_bytes: u64,
        deadline: Deadline,
    ) -> Result<FoundObject, ObjectFault> {
        self.0.get(&answer_key(digest), max_bytes, deadline).await
    }
}

impl Named<'_> {
    /// Another caller's key is another, though the name be the same.
    fn key(&self) -> String {
        let digest = digest_of(&[self.caller.id().as_bytes(), self.name.as_bytes()]);
        match self.name.rsplit_once('.') {
            Some((_, extension)) if is_extension(extension) => {
                format!("sounds/{digest}.{extension}")
            }
            _ => format!("sounds/{digest}"),
        }
    }
}

fn answer_key(digest: &str) -> String {
    format!("answers/{digest}")
}

fn is_extension(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The SHA-256 of several parts, each with its length, so that no two lists have the same.
pub(crate) fn digest_of(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let digest: [u8; 32] = digest.finalize().into();
    hex(&digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(caller: &Caller, name: &str) -> String {
        Named { caller, name }.key()
    }

    #[test]
    fn a_key_is_of_its_caller_and_its_name_and_tells_neither() {
        let (local, bearer) = (Caller::Local, Caller::Bearer);
        let own = key(&local, "0a1b.mp3");
        assert_eq!(own, key(&local, "0a1b.mp3"));
        assert_eq!(own.len(), "sounds/".len() + 64 + ".mp3".len());
        assert!(!own.contains("0a1b") && !own.contains("local"), "{own}");
        assert_ne!(own, key(&bearer, "0a1b.mp3"));
        assert_ne!(own, key(&local, "0a1c.mp3"));
    }

    #[test]
    fn what_follows_the_dot_is_an_extension_or_left_out() {
        for name in ["0a", "0a.", "0a./../b", "0a.extension", "0a.mp3/x"] {
            let key = key(&Caller::Local, name);
            assert_eq!(key.len(), "sounds/".len() + 64, "{key}");
        }
    }

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(digest_of(&[b"ab", b"c"]), digest_of(&[b"a", b"bc"]));
    }
}
