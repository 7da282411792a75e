//! Keys given out to callers. What is kept of one recognises it and cannot be sent.
//!
//! A key is `mesh_ID_SECRET`: the identifier finds what is kept, the secret is 32 random bytes, so one pass of SHA-256 over it
//! can be guessed by nobody. Several keys may have one name: the old and the new one of a caller, while it is replaced.

mod text;

use jiff::civil::Date;
use mesh_core::{KeyId, Secret, hex};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

pub use text::InvalidKeys;

const PREFIX: &str = "mesh_";
const SALT_BYTES: usize = 12;
const SECRET_BYTES: usize = 32;
/// Of the identifier: 40 bits, enough for two keys of one deployment never to have the same.
const ID_BYTES: usize = 5;

/// The keys of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyring(Vec<Key>);

/// What is kept of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Who it was given to: a policy names it as `key:NAME`.
    pub name: String,
    pub id: String,
    pub created: Date,
    /// The last day, in UTC, on which it is taken; none for a key that does not expire.
    pub expires: Option<Date>,
    /// The end of the key, by which a person tells it from others.
    pub last_four: String,
    salt: [u8; SALT_BYTES],
    digest: [u8; 32],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("no key of that name has been given out, or it was revoked")]
    Unknown,
    #[error("the key has expired")]
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    #[error("a key's name is 1 to 32 of a-z, 0-9 and `-`")]
    Name,
    #[error("the system gave no random bytes")]
    NoRandomBytes,
}

/// Whether it has the form of a key, good or not.
#[must_use]
pub fn is_key(token: &str) -> bool {
    id_of(token).is_some()
}

impl Keyring {
    /// Who shows that key.
    ///
    /// # Errors
    /// See [`KeyError`]. No more than the key's identifier shows in how long it takes to refuse one.
    pub fn caller(&self, token: &str, today: Date) -> Result<KeyId, KeyError> {
        let id = id_of(token).ok_or(KeyError::Unknown)?;
        let key = self.0.iter().find(|key| key.id == id);
        let key = key.ok_or(KeyError::Unknown)?;
        if !bool::from(digest(&key.salt, token).ct_eq(&key.digest)) {
            return Err(KeyError::Unknown);
        }
        if key.expires.is_some_and(|last| last < today) {
            return Err(KeyError::Expired);
        }
        Ok(KeyId::new(&key.name))
    }

    /// Adds a key and returns it: there is no second chance to see it.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn create(
        &mut self,
        name: &str,
        created: Date,
        expires: Option<Date>,
    ) -> Result<Secret, CreateError> {
        if !text::is_name(name) {
            return Err(CreateError::Name);
        }
        let mut random = [0; SALT_BYTES + SECRET_BYTES + ID_BYTES];
        getrandom::fill(&mut random).map_err(|_| CreateError::NoRandomBytes)?;
        let (salt, rest) = random.split_at(SALT_BYTES);
        let (secret, id) = rest.split_at(SECRET_BYTES);
        let (id, secret) = (hex(id), hex(secret));
        let token = format!("{PREFIX}{id}_{secret}");
        let salt = salt.try_into().expect("as long as it was taken");
        self.0.push(Key {
            name: name.to_owned(),
            id,
            created,
            expires,
            last_four: secret[secret.len() - 4..].to_owned(),
            salt,
            digest: digest(&salt, &token),
        });
        Ok(Secret::new(token))
    }

    /// Takes out the keys of that name or identifier; says which.
    pub fn revoke(&mut self, name_or_id: &str) -> Vec<Key> {
        let is_meant = |key: &Key| key.name == name_or_id || key.id == name_or_id;
        self.0.extract_if(.., |key| is_meant(key)).collect()
    }

    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }
}

fn id_of(token: &str) -> Option<&str> {
    let (id, secret) = token.strip_prefix(PREFIX)?.split_once('_')?;
    let fits = id.len() == 2 * ID_BYTES && secret.len() == 2 * SECRET_BYTES;
    fits.then_some(id)
}

fn digest(salt: &[u8], token: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(token)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 29);

    fn with_one(expires: Option<Date>) -> (Keyring, Secret) {
        let mut keys = Keyring::default();
        let token = keys.create("eleven", TODAY, expires).expect("created");
        (keys, token)
    }

    #[test]
    fn a_key_is_recognised_and_nothing_like_it_is() {
        let (keys, token) = with_one(None);
        let token = token.reveal();
        assert_eq!(keys.caller(token, TODAY), Ok(KeyId::new("eleven")));
        let mut other = token.to_owned();
        let last = if other.ends_with('0') { "1" } else { "0" };
        other.replace_range(other.len() - 1.., last);
        let upper = token.to_uppercase();
        for wrong in [
            &other,
            &upper,
            &token[1..],
            &format!("{token}0"),
            "",
            "mesh__",
        ] {
            assert_eq!(keys.caller(wrong, TODAY), Err(KeyError::Unknown), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_good_on_its_last_day_and_not_on_the_next() {
        let last = date(2026, 12, 1);
        let (keys, token) = with_one(Some(last));
        assert!(keys.caller(token.reveal(), last).is_ok());
        let next = last.tomorrow().expect("a day");
        assert_eq!(keys.caller(token.reveal(), next), Err(KeyError::Expired));
    }

    #[test]
    fn two_keys_of_one_name_are_one_caller_until_one_is_revoked() {
        let (mut keys, old) = with_one(None);
        let new = keys.create("eleven", TODAY, None).expect("created");
        let caller = |keys: &Keyring, token: &Secret| keys.caller(token.reveal(), TODAY);
        assert_eq!(caller(&keys, &old), caller(&keys, &new));
        let id = keys.keys().next().expect("a key").id.clone();
        assert_eq!(keys.revoke(&id).len(), 1);
        assert_eq!(caller(&keys, &old), Err(KeyError::Unknown));
        assert!(caller(&keys, &new).is_ok());
        assert_eq!(keys.revoke("eleven").len(), 1);
        assert_eq!(keys, Keyring::default());
    }

    #[test]
    fn what_is_kept_holds_no_key() {
        let (keys, token) = with_one(None);
        let secret = token.reveal().rsplit('_').next().expect("a secret");
        let kept = format!("{keys} {keys:?}");
        assert!(
            !kept.contains(secret) && !kept.contains(&secret[..8]),
            "{kept}"
        );
        let key = keys.keys().next().expect("a key");
        assert!(secret.ends_with(&key.last_four));
    }

    #[test]
    fn a_name_that_a_policy_could_not_say_is_refused() {
        for name in ["", "Two Words", "a/b", "é", &"x".repeat(33)] {
            let refused = Keyring::default().create(name, TODAY, None);
            assert_eq!(refused.expect_err("refused"), CreateError::Name, "{name}");
        }
    }
}
