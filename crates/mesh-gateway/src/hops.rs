//! The servers of ours that a request has come through, so that one which comes back is known.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// As many servers may follow one another. Nobody builds a longer chain on purpose.
pub const MAX_HOPS: usize = 8;

/// A server, or a command that one starts, told apart from all others: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HopId(u64);

impl HopId {
    #[must_use]
    pub const fn of_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }

    /// The same wherever the same is said.
    #[must_use]
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Sha256::new();
        for word in words {
            digest.update((word.len() as u64).to_be_bytes());
            digest.update(word);
        }
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest.finalize()[..8]);
        Self::of_bytes(bytes)
    }
}

impl fmt::Display for HopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What is no list of servers, without a word of what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not ids of 16 hexadecimal digits, with `,` between")]
pub struct NoHops;

impl FromStr for HopId {
    type Err = NoHops;

    fn from_str(text: &str) -> Result<Self, NoHops> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.len() == 16 && text.bytes().all(is_hex) {
            true => u64::from_str_radix(text, 16).map(Self).map_err(|_| NoHops),
            false => Err(NoHops),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hop {
    server: HopId,
    /// The command by which it started the next one.
    command: Option<HopId>,
}

/// From the first server on. Cloning is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hops(Arc<[Hop]>);

impl Hops {
    /// Those, and then this one.
    #[must_use]
    pub fn then(&self, server: HopId) -> Self {
        let hop = Hop {
            server,
            command: None,
        };
        Self(self.0.iter().copied().chain([hop]).collect())
    }

    /// Those, and then these.
    pub(crate) fn and(&self, others: &Self) -> Self {
        match self.0.is_empty() {
            true => others.clone(),
            false => Self(self.0.iter().chain(&*others.0).copied().collect()),
        }
    }

    /// The last of them starts the next by this command.
    pub(crate) fn by(&self, command: HopId) -> Self {
        let mut hops: Vec<Hop> = self.0.to_vec();
        if let Some(last) = hops.last_mut() {
            last.command = Some(command);
        }
        Self(hops.into())
    }

    #[must_use]
    pub fn contain(&self, server: HopId) -> bool {
        self.0.iter().any(|hop| hop.server == server)
    }

    pub(crate) fn contain_command(&self, command: HopId) -> bool {
        self.0.iter().any(|hop| hop.command == Some(command))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether more servers follow one another than should.
    #[must_use]
    pub(crate) fn are_too_many(&self) -> bool {
        self.0.len() > MAX_HOPS
    }

    pub fn servers(&self) -> impl Iterator<Item = HopId> {
        self.0.iter().map(|hop| hop.server)
    }

    /// As a header has them: without commands.
    #[must_use]
    pub fn header(&self) -> String {
        let servers: Vec<String> = self.servers().map(|server| server.to_string()).collect();
        servers.join(",")
    }
}

/// As a variable has them.
impl fmt::Display for Hops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, hop) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            write!(f, "{}", hop.server)?;
            if let Some(command) = hop.command {
                write!(f, ":{command}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Hops {
    type Err = NoHops;

    fn from_str(text: &str) -> Result<Self, NoHops> {
        /// Far more than are let pass, so that too many are told from what is none.
        const MAX_BYTES: usize = 2048;
        if text.len() > MAX_BYTES {
            return Err(NoHops);
        }
        let hop = |text: &str| {
            let (server, command) = match text.trim().split_once(':') {
                Some((server, command)) => (server, Some(command.parse()?)),
                None => (text.trim(), None),
            };
            Ok(Hop {
                server: server.parse()?,
                command,
            })
        };
        text.split(',').map(hop).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef";

    #[test]
    fn what_was_written_is_read_again() {
        let (one, two) = (HopId::of_words(["one"]), HopId::of_words(["two"]));
        let hops = Hops::default().then(one).by(two).then(two);
        assert_eq!(hops.to_string().parse(), Ok(hops.clone()));
        assert_eq!(hops.header(), format!("{one},{two}"));
        assert_eq!(
            (
                hops.contain(one),
                hops.contain_command(two),
                hops.contain_command(one)
            ),
            (true, true, false)
        );
    }

    #[test]
    fn only_so_many_may_follow_one_another() {
        let hops = |count: usize| vec![ID; count].join(", ").parse::<Hops>();
        let are_too_many = |count| hops(count).map(|hops| hops.are_too_many());
        assert_eq!(are_too_many(MAX_HOPS), Ok(false));
        assert_eq!(are_too_many(MAX_HOPS + 1), Ok(true));
        assert_eq!(are_too_many(1000), Err(NoHops));
    }

    #[test]
    fn nothing_else_is_taken_for_a_list_of_servers() {
        let long = format!("{ID}0");
        for text in [
            "",
            ",",
            "0123",
            ID.to_uppercase().as_str(),
            "0123456789abcdeg",
            &long,
            "+123456789abcdef",
        ] {
            assert_eq!(text.parse::<Hops>(), Err(NoHops), "{text}");
        }
        assert_eq!(format!("{ID}:x").parse::<Hops>(), Err(NoHops));
        assert_eq!(format!("{ID},\u{1b}[31m").parse::<Hops>(), Err(NoHops));
    }

    #[test]
    fn words_are_not_run_together() {
        assert_ne!(HopId::of_words(["ab", "c"]), HopId::of_words(["a", "bc"]));
    }
}
