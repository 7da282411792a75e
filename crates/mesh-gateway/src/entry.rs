use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use mesh_http::SigningScope;
use serde_json::{Map, Value};

use crate::Template;
use crate::discover::Source;

/// An upstream server, as a file or another source defines it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub place: Place,
    pub transport: Transport,
    pub options: Options,
    /// Which kind of place discovery found it in, where nobody named it or its file.
    pub found_by: Option<Source>,
}

impl Entry {
    /// Whether a person has to approve it before it is started: a command that discovery found, and an address in a file that
    /// it found, which would be sent values of our variables or what shows who we are.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        match (&self.found_by, &self.transport) {
            (None, _) => false,
            (Some(_), Transport::Stdio(_)) => true,
            (Some(source), Transport::Http(remote)) => {
                *source == Source::Files
                    && (remote.names_a_variable() || self.options.shows_who_we_are())
            }
        }
    }

    /// Wherever it is written.
    #[must_use]
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        (&self.name, &self.transport, &self.options)
            == (&other.name, &other.transport, &other.options)
            && self.needs_approval() == other.needs_approval()
    }
}

/// Where an entry is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A file, or what else it was read from: an address, `environment`.
    pub file: PathBuf,
    /// From 1; 0 where there are no lines.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match self.line {
            0 => write!(f, "{file}"),
            line => write!(f, "{file}:{line}"),
        }
    }
}

/// How an upstream is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum Transport {
    Stdio(Command),
    Http(Remote),
}

/// A process to start.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub program: Template,
    pub args: Vec<Template>,
    pub env: BTreeMap<String, Template>,
    pub cwd: Option<Template>,
}

/// An address to send to.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote {
    pub url: Template,
    pub headers: BTreeMap<String, Template>,
    pub protocol: Protocol,
}

impl Remote {
    fn names_a_variable(&self) -> bool {
        let mut templates = std::iter::once(&self.url).chain(self.headers.values());
        templates.any(|template| !template.names().is_empty())
    }
}

/// What is spoken at an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Streamable HTTP; where that is refused, HTTP+SSE.
    #[default]
    Either,
    Streamable,
    /// HTTP+SSE of 2024-11-05.
    Sse,
}

/// What an entry says of itself under `"mesh"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Whose credentials and tools these are; everybody's where none is named.
    pub team: Option<String>,
    pub tools: Tools,
    /// Of one call.
    pub timeout: Option<Duration>,
    /// From its start to the end of its first lists.
    pub start_timeout: Duration,
    /// Unused for so long, a process is ended.
    pub idle: Duration,
    pub max_concurrent: Option<usize>,
    /// Started with the server, and not by the first call.
    pub eager: bool,
    /// What it asks in the middle of a call is passed on to whoever called.
    pub relay: bool,
    /// A call of it may be made again with the answers to what it asked.
    pub replay: bool,
    /// A token for ourselves goes with every request to an address.
    pub oauth: Option<OAuth>,
    /// Every request to an address is signed.
    pub sign: Option<Sign>,
    /// `http://` may be spoken beyond loopback.
    pub insecure: bool,
}

/// Where a token is had by the client credentials grant, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuth {
    pub token_url: Template,
    pub client_id: Template,
    pub client_secret: Template,
    pub scope: Option<String>,
}

/// For whom requests are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// For whom the host name says.
    ByHost,
    For(SigningScope),
}

impl Options {
    /// Whether what goes to an address shows who we are, beside what its headers hold.
    const fn shows_who_we_are(&self) -> bool {
        self.oauth.is_some() || self.sign.is_some()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            team: None,
            tools: Tools::default(),
            timeout: None,
            start_timeout: Duration::from_secs(60),
            idle: Duration::from_secs(600),
            max_concurrent: None,
            eager: false,
            relay: false,
            replay: false,
            oauth: None,
            sign: None,
            insecure: false,
        }
    }
}

/// Which tools of an upstream are offered, and as what; by the upstream's own names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tools {
    /// All where none is named.
    pub allow: Option<BTreeSet<String>>,
    pub deny: BTreeSet<String>,
    pub rename: BTreeMap<String, String>,
    pub describe: BTreeMap<String, String>,
    /// Listed where the others are only searched for.
    pub pinned: BTreeSet<String>,
    /// Arguments of a call that does not give them.
    pub defaults: BTreeMap<String, Map<String, Value>>,
}

impl Tools {
    #[must_use]
    pub fn offers(&self, tool: &str) -> bool {
        let allowed = self.allow.as_ref().is_none_or(|allow| allow.contains(tool));
        allowed && !self.deny.contains(tool)
    }
}
