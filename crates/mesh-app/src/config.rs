//! Every setting of the `mesh` command and its server, read once, at the start, in one place.
//!
//! [`Config::read`] is given the variables (and the flags that take their place); it never looks at the process. It reads
//! all of them before it complains, and then complains about everything at once.

mod bearer;
mod client;
mod environment;
mod fault;
mod identity;
mod lambda;
mod limits;
mod linked;
mod listen;
mod log;
mod measures;
mod origin;
mod page;
mod reader;
mod secrets;
mod setting;
mod sources;
mod switch;
mod variables;
mod vectors;

use std::path::PathBuf;

use mesh_core::Host;

pub use bearer::BearerDigest;
pub use client::{Client, Era};
pub use environment::Environment;
pub use fault::{Fault, Faults};
pub use identity::Identity;
pub use lambda::{CorpusUri, InvokeMode, Lambda};
pub use limits::Limits;
pub use listen::{AllowedHosts, Listen};
pub use log::{Log, LogFormat};
pub use measures::{Measures, MeasuresBy};
pub use origin::Origin;
pub use page::markdown;
pub use secrets::{SecretSettings, SecretsFrom};
pub use setting::{SETTINGS, Section, Setting, of_flag};
pub use sources::Sources;
pub use switch::Switch;
pub use variables::Variables;
pub use vectors::Vectors;

use reader::Reader;

/// All settings, typed.
#[derive(Clone, Debug)]
pub struct Config {
    pub host: Host,
    /// `MESH_CORPUS`: the folder of the corpus. No default: a server without one serves the tools that need none.
    pub corpus: Option<PathBuf>,
    /// `MESH_STDIO`: whether `serve` speaks over stdin and stdout. Default `off`: most clients connect by address.
    pub stdio: Switch,
    /// `MESH_SESSIONS`: whether clients that open with `initialize` get a session. Default `on`: a local process can keep
    /// them, and without one such a client cannot be asked anything. On Lambda always `off`: the next request may come to
    /// another execution environment.
    pub sessions: Switch,
    /// `MESH_JIRA_BASE_URL`: where tickets are read by people, without a trailing slash. No default: a link to the wrong
    /// site is worse than none.
    pub jira_base_url: Option<String>,
    /// `MESH_ENVIRONMENT`: what the server calls its surroundings. Default `development`: a server that does not say
    /// otherwise must not look like production.
    pub environment: Environment,
    pub identity: Identity,
    pub listen: Listen,
    pub limits: Limits,
    pub log: Log,
    pub secrets: SecretSettings,
    pub measures: Measures,
    pub lambda: Lambda,
    pub sources: Sources,
    pub vectors: Vectors,
    pub client: Client,
}

impl Config {
    /// Reads every setting.
    ///
    /// # Errors
    ///
    /// Every fault there is, in one value: settings that do not parse or are out of bounds, `MESH_` variables that mean
    /// nothing, and combinations that would be unsafe.
    pub fn read(variables: &Variables) -> Result<Self, Faults> {
        Self::read_on(Host::Process, variables)
    }

    /// As [`Self::read`], for a server that runs in `host`.
    ///
    /// # Errors
    ///
    /// As [`Self::read`]; and what cannot be had there.
    pub fn read_on(host: Host, variables: &Variables) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        let config = Self {
            host,
            corpus: reader.path("MESH_CORPUS"),
            stdio: reader.parsed("MESH_STDIO", Switch::parse, Switch::Off),
            sessions: sessions(&mut reader, host),
            jira_base_url: reader.optional("MESH_JIRA_BASE_URL", origin::base_url),
            environment: reader.parsed(
                "MESH_ENVIRONMENT",
                Environment::parse,
                Environment::default(),
            ),
            identity: Identity::read(&mut reader),
            listen: Listen::read(&mut reader, host),
            limits: Limits::read(&mut reader),
            log: Log::read(&mut reader),
            secrets: SecretSettings::read(&mut reader),
            measures: Measures::read(&mut reader, host),
            lambda: Lambda::read(&mut reader),
            sources: Sources::read(&mut reader),
            vectors: Vectors::read(&mut reader),
            client: Client::read(&mut reader),
        };
        reader.finish()?;
        Ok(config)
    }
}

fn sessions(reader: &mut Reader<'_>, host: Host) -> Switch {
    let default = match host {
        Host::Process => Switch::On,
        Host::Lambda => Switch::Off,
    };
    let sessions = reader.parsed("MESH_SESSIONS", Switch::parse, default);
    if host == Host::Lambda && sessions.is_on() {
        reader.fault("`MESH_SESSIONS` cannot be `on` on Lambda: the next request of a session may come to another environment");
    }
    sessions
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn faults(variables: &[(&str, &str)]) -> Vec<String> {
        let faults = Config::read(&Variables::new(variables.iter().copied())).expect_err("faults");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_set_gives_the_defaults() {
        let config = Config::read(&Variables::default()).expect("defaults");
        assert_eq!(config.listen.address.to_string(), "127.0.0.1:3000");
        assert_eq!(config.limits.budget, Duration::from_secs(25));
        assert_eq!(config.limits.max_body_bytes, 4 * 1024 * 1024);
        assert_eq!(config.corpus, None);
        assert_eq!(config.sessions, Switch::On);
        assert_eq!(config.environment.as_str(), "development");
        assert_eq!(config.log.filter, "info");
    }

    #[test]
    fn an_empty_variable_counts_as_absent() {
        let config = Config::read(&Variables::new([
            ("MESH_CORPUS", ""),
            ("MESH_BUDGET_MS", ""),
        ]));
        assert_eq!(config.expect("defaults").corpus, None);
    }

    #[test]
    fn every_fault_is_reported_at_once() {
        assert_eq!(
            faults(&[
                ("MESH_BUDGET_MS", "soon"),
                ("MESH_LISTEN", "localhost"),
                ("MESH_SESSIONS", "maybe"),
                ("MESH_JIRA_BASE_URL", "jira.example.com"),
                ("MESH_CORPSE", "x"),
            ]),
            [
                "`MESH_SESSIONS` must be `on` or `off`, not `maybe`",
                "`MESH_JIRA_BASE_URL` must be an `http://` or `https://` address, not `jira.example.com`",
                "`MESH_LISTEN` must be an address and a port such as `127.0.0.1:3000`, not `localhost`",
                "`MESH_BUDGET_MS` must be a whole number, not `soon`",
                "`MESH_CORPSE` is not a setting; the nearest one is `MESH_CORPUS`",
            ]
        );
    }

    #[test]
    fn every_setting_is_read_and_every_read_is_a_setting() {
        let mut known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        // A port, so that these two, which count only without `MESH_LISTEN`, are asked for as well.
        let variables = Variables::new([("PORT", "1")]);
        let mut reader = Reader::new(&variables);
        reader.path("MESH_CORPUS");
        for name in [
            "MESH_STDIO",
            "MESH_SESSIONS",
            "MESH_JIRA_BASE_URL",
            "MESH_ENVIRONMENT",
        ] {
            reader.optional(name, |text| Ok(text.to_owned()));
        }
        Identity::read(&mut reader);
        Listen::read(&mut reader, Host::Process);
        Limits::read(&mut reader);
        Log::read(&mut reader);
        SecretSettings::read(&mut reader);
        Measures::read(&mut reader, Host::Process);
        Lambda::read(&mut reader);
        Sources::read(&mut reader);
        Vectors::read(&mut reader);
        Client::read(&mut reader);
        let mut asked = reader.asked();
        asked.sort_unstable();
        known.sort_unstable();
        assert_eq!(asked, known);
    }
}
