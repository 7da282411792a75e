use serde_json::{Map, Value, json};

/// The revision of MCP that an upstream speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// Of those that open with `initialize`; empty until it is agreed on.
    Handshake(String),
    /// 2026-07-28, in which each request says all there is to know.
    Modern,
}

pub(crate) const MODERN: &str = "2026-07-28";

/// What is asked for: an upstream that does not have it answers with what it has.
pub(crate) const NEWEST_HANDSHAKE: &str = "2025-11-25";

/// The revisions that open with `initialize`.
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", NEWEST_HANDSHAKE];

impl Era {
    /// The revision that an upstream answers `initialize` with.
    pub(crate) fn of_handshake(version: &str) -> Option<Self> {
        HANDSHAKE
            .contains(&version)
            .then(|| Self::Handshake(version.to_owned()))
    }

    /// What every request says of itself.
    pub(crate) fn meta(&self, capabilities: &Map<String, Value>) -> Map<String, Value> {
        let mut meta = Map::new();
        if *self == Self::Modern {
            let prefix = "io.modelcontextprotocol";
            meta.insert(format!("{prefix}/protocolVersion"), MODERN.into());
            meta.insert(format!("{prefix}/clientInfo"), client_info());
            meta.insert(
                format!("{prefix}/clientCapabilities"),
                capabilities.clone().into(),
            );
        }
        meta
    }

    /// As in the header of each request; none before one is agreed on.
    pub(crate) fn header(&self) -> Option<&str> {
        match self {
            Self::Handshake(version) => Some(&**version).filter(|version| !version.is_empty()),
            Self::Modern => Some(MODERN),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Handshake(version) => version,
            Self::Modern => MODERN,
        }
    }
}

/// What an upstream is told that can be done for it.
pub(crate) fn capabilities(relays: bool) -> Value {
    match relays {
        true => json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}),
        false => json!({}),
    }
}

pub(crate) fn client_info() -> Value {
    json!({"name": "aoma-mesh", "version": env!("CARGO_PKG_VERSION")})
}
