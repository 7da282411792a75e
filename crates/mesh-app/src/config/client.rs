use std::time::Duration;

use mesh_core::Secret;

use super::reader::Reader;
use super::switch::Switch;

/// How `mesh call` and `mesh verify` call.
#[derive(Clone, Debug)]
pub struct Client {
    /// `MESH_BEARER`: the token to send. It has no flag: a command line is seen by everyone on the machine. No default:
    /// a server on loopback asks for none.
    pub bearer: Option<Secret>,
    /// `MESH_ERA`: which way of opening a conversation to use. Default `auto`: the newest the server understands.
    pub era: Era,
    /// `MESH_TIMEOUT`, in seconds, 1 to 600: how long to wait for the whole exchange. Default 60: more than twice what a
    /// server of ours may take.
    pub timeout: Duration,
    /// `MESH_JSON`: print the result as it came. Default `off`: people read the text.
    pub json: Switch,
    /// `MESH_SIGN`: the region of AWS to sign requests for. No default: a Function URL says by its name where it is, and
    /// nothing else wants a signature.
    pub sign: Option<String>,
}

/// The ways an MCP conversation is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Modern first, then legacy.
    Auto,
    /// With `initialize`: 2024-11-05 to 2025-11-25.
    Legacy,
    /// Without any opening: 2026-07-28.
    Modern,
}

impl Era {
    fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            "legacy" => Ok(Self::Legacy),
            "modern" => Ok(Self::Modern),
            _ => Err("`auto`, `legacy` or `modern`".to_owned()),
        }
    }
}

impl Client {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            bearer: reader.unrepeated("MESH_BEARER", bearer),
            era: reader.parsed("MESH_ERA", Era::parse, Era::Auto),
            timeout: Duration::from_secs(reader.number("MESH_TIMEOUT", (1, 600), 60)),
            json: reader.parsed("MESH_JSON", Switch::parse, Switch::Off),
            sign: sign(reader),
        }
    }
}

fn sign(reader: &mut Reader<'_>) -> Option<String> {
    let sign = reader.optional("MESH_SIGN", region);
    if sign.is_some() && reader.is_given("MESH_BEARER") {
        reader.fault("a request carries `MESH_BEARER` or a signature (`MESH_SIGN`), not both: they use the same header");
    }
    sign
}

fn region(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.split('-').count() < 3 || !text.chars().all(is_name) {
        return Err("a region of AWS such as `us-east-2`".to_owned());
    }
    Ok(text.to_owned())
}

fn bearer(text: &str) -> Result<Secret, String> {
    let text = text.trim();
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err("a token without spaces, as it goes into a header".to_owned());
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Variables};

    #[test]
    fn a_wrong_token_is_not_repeated() {
        let faults = Config::read(&Variables::new([("MESH_BEARER", "two words")]));
        assert_eq!(
            faults.expect_err("fault").to_string(),
            "`MESH_BEARER` must be a token without spaces, as it goes into a header"
        );
    }

    #[test]
    fn a_token_and_a_signature_do_not_go_together() {
        let read = |pairs: &[(&str, &str)]| Config::read(&Variables::new(pairs.iter().copied()));
        let signed = read(&[("MESH_SIGN", "us-east-2")]).expect("read");
        assert_eq!(signed.client.sign.as_deref(), Some("us-east-2"));
        assert!(read(&[("MESH_SIGN", "us-east-2"), ("MESH_BEARER", "token")]).is_err());
        assert!(read(&[("MESH_SIGN", "Ohio")]).is_err());
    }
}
