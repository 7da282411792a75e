use std::time::Duration;

use mesh_core::Secret;

use super::reader::Reader;
use super::switch::Switch;

/// How `mesh call` calls.
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
        }
    }
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
}
