use std::path::PathBuf;
use std::time::Duration;

use mesh_core::Parameter;
use mesh_tools::secrets::Ttl;

use super::reader::Reader;

/// Where the vendors' secrets come from, and how long one is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSettings {
    /// `MESH_SECRETS`: `off`, `ssm` or `env`. Default `off`: nothing is asked for that nothing needs.
    pub from: SecretsFrom,
    /// `MESH_SECRETS_TTL` and `MESH_SECRETS_MAX_AGE`, in seconds. Defaults 300, as AWS's own cache has it, and 3600: an
    /// hour of a store that is down is survived, a key withdrawn a day ago is not used.
    pub ttl: Ttl,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretsFrom {
    Off,
    /// AWS Systems Manager Parameter Store; `prefix` is `MESH_SSM_PREFIX`. Default `/mcp-server/`, where deployments have
    /// them already.
    Ssm {
        prefix: String,
    },
    /// The environment, or the file of `MESH_SECRETS_FILE`.
    Environment {
        file: Option<PathBuf>,
    },
}

const TTL: (u64, u64) = (10, 86_400);

enum Kind {
    Off,
    Ssm,
    Environment,
}

impl SecretSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let kind = reader.parsed("MESH_SECRETS", kind, Kind::Off);
        let prefix = reader.parsed("MESH_SSM_PREFIX", prefix, "/mcp-server/".to_owned());
        let file = reader.path("MESH_SECRETS_FILE");
        let soft = reader.number("MESH_SECRETS_TTL", TTL, 300);
        let hard = reader.number("MESH_SECRETS_MAX_AGE", TTL, 3600);
        if hard < soft {
            reader.fault("`MESH_SECRETS_MAX_AGE` must not be less than `MESH_SECRETS_TTL`");
        }
        if reader.is_given(Parameter::StateKey.variable()) && !matches!(kind, Kind::Environment) {
            reader.fault("`MESH_STATE_KEY` is read with `MESH_SECRETS=env` only");
        }
        Self {
            from: match kind {
                Kind::Off => SecretsFrom::Off,
                Kind::Ssm => SecretsFrom::Ssm { prefix },
                Kind::Environment => SecretsFrom::Environment { file },
            },
            ttl: Ttl {
                soft: Duration::from_secs(soft),
                hard: Duration::from_secs(hard),
            },
        }
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    match text.trim() {
        "off" => Ok(Kind::Off),
        "ssm" => Ok(Kind::Ssm),
        "env" => Ok(Kind::Environment),
        _ => Err("`off`, `ssm` or `env`".to_owned()),
    }
}

/// Systems Manager, PutParameter, Name: letters, digits and `.-_/`.
fn prefix(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_/".contains(c);
    if !text.starts_with('/') || !text.ends_with('/') || !text.chars().all(is_name) {
        return Err("a path that begins and ends with `/`, such as `/mcp-server/`".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Variables};

    #[test]
    fn the_store_is_asked_only_where_it_is_named() {
        let read = |variables: &[(&str, &str)]| {
            let config = Config::read(&Variables::new(variables.iter().copied()));
            config.map(|config| config.secrets.from)
        };
        assert_eq!(read(&[]).expect("defaults"), SecretsFrom::Off);
        let prefix = "/mcp-server/".to_owned();
        let ssm = read(&[("MESH_SECRETS", "ssm")]).expect("ssm");
        assert_eq!(ssm, SecretsFrom::Ssm { prefix });
        let wrong = [
            ("MESH_SECRETS", "vault"),
            ("MESH_SSM_PREFIX", "mcp"),
            ("MESH_SECRETS_TTL", "600"),
            ("MESH_SECRETS_MAX_AGE", "60"),
        ];
        let faults = read(&wrong).expect_err("faults").to_string();
        for name in ["MESH_SECRETS`", "MESH_SSM_PREFIX`", "MESH_SECRETS_MAX_AGE`"] {
            assert!(faults.contains(name), "{faults}");
        }
    }

    #[test]
    fn the_key_of_states_is_no_unknown_setting_and_is_not_dropped_in_silence() {
        let key = ("MESH_STATE_KEY", "0123456789abcdef0123456789abcdef");
        let read = |secrets| Config::read(&Variables::new([("MESH_SECRETS", secrets), key]));
        read("env").expect("is read from there");
        let fault = read("ssm").expect_err("is not read").to_string();
        assert!(fault.contains("MESH_SECRETS=env"), "{fault}");
        assert!(!fault.contains(key.1), "{fault}");
    }
}
