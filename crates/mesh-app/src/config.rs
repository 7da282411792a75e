//! Every setting of the `mesh` command and its server, read once, at the start, in one place.
//!
//! [`Config::read`] is given the variables (and the flags that take their place); it never looks at the process. It reads
//! all of them before it complains, and then complains about everything at once.

mod bearer;
mod choice;
mod fault;
mod page;
mod reader;
mod setting;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod variables;
mod voice;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mesh_core::{Host, Parameter};
use mesh_tools::secrets::Ttl;

pub use bearer::BearerDigest;
pub use choice::{
    AuditTo, CredentialsAt, Era, InvokeMode, LogFormat, MeasuresBy, PolicyAt, SecretsFrom, Switch,
};
pub use fault::Faults;
pub use page::markdown;
pub use setting::{Section, Setting, of_flag, settings};
pub use source::NamedSource;
pub use table::{
    Answers, CallerSettings, Client, Config, Corpus, GatewaySettings, Index, Lambda, Log, Measures,
    SECTIONS, SecretSettings, Server, VendorSettings, VoiceTools,
};
pub use variables::Variables;

use reader::Reader;

const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Config {
    /// Reads every setting, for whatever command: what a server would pass over may be there for another one.
    ///
    /// # Errors
    ///
    /// Every fault there is, in one value: settings that do not parse or are out of bounds, `MESH_` variables that mean
    /// nothing, and combinations that would be unsafe.
    pub fn read(variables: &Variables) -> Result<Self, Faults> {
        Self::read_on(Host::Process, variables)
    }

    /// As [`Self::read`], for a server that is no function.
    ///
    /// # Errors
    ///
    /// As [`Self::read`]; and what only the function reads.
    pub fn read_to_serve(variables: &Variables) -> Result<Self, Faults> {
        let mut reader = Reader::new(Host::Process, variables);
        let config = Self::with(&mut reader);
        for (setting, instead) in ON_LAMBDA {
            if reader.is_given(setting) {
                reader.fault(format!("`{setting}` is read on Lambda only: {instead}"));
            }
        }
        reader.finish()?;
        Ok(config)
    }

    /// As [`Self::read`], for a server that runs in `host`.
    ///
    /// # Errors
    ///
    /// As [`Self::read`]; and what cannot be had there.
    pub fn read_on(host: Host, variables: &Variables) -> Result<Self, Faults> {
        let mut reader = Reader::new(host, variables);
        let config = Self::with(&mut reader);
        reader.finish()?;
        Ok(config)
    }

    fn with(reader: &mut Reader<'_>) -> Self {
        let mut config = Self::of(reader);
        config.server.settle(reader, config.secrets.from);
        config.refuse_combinations(reader);
        config
    }

    fn refuse_combinations(&self, reader: &mut Reader<'_>) {
        if self.secrets.max_age < self.secrets.ttl {
            reader.fault("`MESH_SECRETS_MAX_AGE` must not be less than `MESH_SECRETS_TTL`");
        }
        if self.vendors.models.is_empty() {
            reader.fault(
                "`MESH_OPENAI_MODELS` names no model; leave it out, or set `MESH_SYNTHESIS=off`",
            );
        }
        self.secrets.refuse_combinations(reader);
        if self.server.takes_keys() && self.secrets.from == SecretsFrom::Off {
            reader.fault("`MESH_KEYS` is on, and no secrets are read: set `MESH_SECRETS`");
        }
        self.callers.refuse_combinations(reader);
        if self.host == Host::Lambda && !self.gateway.discover.is_empty() {
            reader.fault("`MESH_DISCOVER` is not read on Lambda: its servers are those of a file in the package (`MESH_UPSTREAMS`)");
        }
        if self.server.stdio.is_on() && self.server.audit == Some(AuditTo::StandardOutput) {
            reader.fault(
                "standard output is the client's (`MESH_STDIO`): name a file in `MESH_AUDIT`",
            );
        }
        let to_state = self.server.audit == Some(AuditTo::State);
        if to_state && !reader.is_given("MESH_STATE") && !reader.is_given("MESH_STATE_TABLE") {
            reader.fault("`MESH_AUDIT` is `state`, and there is none: set `MESH_STATE`, or on Lambda `MESH_STATE_TABLE`");
        }
        if reader.is_given("MESH_AUDIT_DAYS") && !to_state {
            reader.fault("`MESH_AUDIT_DAYS` is read with `MESH_AUDIT=state` only");
        }
        if self.client.sign.is_some() && reader.is_given("MESH_BEARER") {
            reader.fault("a request carries `MESH_BEARER` or a signature (`MESH_SIGN`), not both: they use the same header");
        }
    }
}

/// What a process that runs on would pass over, and what it has instead.
const ON_LAMBDA: [(&str, &str); 4] = [
    ("MESH_CHILDREN_MB", "leave it out"),
    (
        "MESH_CORPUS_URI",
        "name the folder of a corpus (`MESH_CORPUS`)",
    ),
    ("MESH_INVOKE_MODE", "leave it out"),
    ("MESH_STATE_TABLE", "name a folder (`MESH_STATE`)"),
];

impl CallerSettings {
    fn refuse_combinations(&self, reader: &mut Reader<'_>) {
        let issuer = "MESH_JWT_ISSUER";
        if reader.is_given(issuer) && !reader.is_given("MESH_RESOURCE") {
            reader.fault(format!(
                "`{issuer}` needs `MESH_RESOURCE`, the server's public address, for which tokens are made"
            ));
        }
        let alone = [
            "MESH_RESOURCE",
            "MESH_JWT_AUDIENCE",
            "MESH_JWT_JWKS_URL",
            "MESH_JWT_ALGORITHMS",
            "MESH_JWT_SCOPES",
        ];
        for name in alone {
            if reader.is_given(name) && !reader.is_given(issuer) {
                reader.fault(format!("`{name}` is read with `{issuer}` only"));
            }
        }
        for (name, is_empty) in [
            (
                "MESH_JWT_AUDIENCE",
                self.audiences.as_ref().is_some_and(Vec::is_empty),
            ),
            ("MESH_JWT_ALGORITHMS", self.algorithms.is_empty()),
        ] {
            if is_empty {
                reader.fault(format!("`{name}` names none; leave it out, or name one"));
            }
        }
    }
}

impl Server {
    /// Whether a caller may show a key that was given out.
    #[must_use]
    pub fn takes_keys(&self) -> bool {
        self.keys == Some(Switch::On)
    }

    /// Container hosts set `PORT`, and loopback answers to its own names.
    fn settle(&mut self, reader: &mut Reader<'_>, secrets: SecretsFrom) {
        self.origins.append(&mut self.other_origins);
        // Whoever put keys into the function's parameter store means them.
        if reader.host == Host::Lambda && secrets != SecretsFrom::Off {
            self.keys.get_or_insert(Switch::On);
        }
        if let Some(port) = self.port {
            let ip = self.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
            self.address = SocketAddr::new(ip, port);
        }
        let (address, ip) = (self.address, self.address.ip());
        let tells_callers = reader.is_given("MESH_BEARER_SHA256")
            || reader.is_given("MESH_JWT_ISSUER")
            || self.takes_keys();
        if !ip.is_loopback() && !tells_callers {
            reader.fault(format!(
                "other machines can reach `{address}`: set `MESH_BEARER_SHA256` to the SHA-256 of a token that callers must \
                 send, or `MESH_KEYS=on` and give out keys with `mesh keys create`, or listen on `127.0.0.1:{}`",
                address.port()
            ));
        }
        // Lambda has matched the name before we see the request.
        if self.hosts.is_none() && reader.host == Host::Process && ip.is_loopback() {
            let mut names = LOOPBACK_NAMES.map(str::to_owned).to_vec();
            // 127.0.0.2 is loopback too.
            if !names.contains(&ip.to_string()) && ip.is_ipv4() {
                names.push(ip.to_string());
            }
            self.hosts = Some(names);
        }
    }
}

impl SecretSettings {
    /// A vendor's variable may be there for other programs; ours is meant for us, and is not dropped in silence.
    fn refuse_combinations(&self, reader: &mut Reader<'_>) {
        for ours in [Parameter::StateKey, Parameter::ApiKeys].map(Parameter::variable) {
            if !reader.is_given(ours) {
                continue;
            }
            if self.from != SecretsFrom::Environment {
                reader.fault(format!("`{ours}` is read with `MESH_SECRETS=env` only"));
            } else if self.file.is_some() {
                reader.fault(format!(
                    "`{ours}` is not read beside `MESH_SECRETS_FILE`: put it into that file"
                ));
            }
        }
    }

    pub(crate) const fn ttl(&self) -> Ttl {
        Ttl {
            soft: self.ttl,
            hard: self.max_age,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::read(&mut Reader::new(Host::Process, &Variables::default()))
    }
}
