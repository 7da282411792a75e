use mesh_core::Revision;
use serde_json::{Map, Value, json};

/// How an upstream is spoken to, by the revision of MCP that it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// None is agreed on yet.
    Opening,
    /// One that opens with `initialize`.
    Handshake(Revision),
    /// 2026-07-28, in which each request says all there is to know.
    Modern,
}

pub(crate) const MODERN: &str = Revision::V2026_07_28.as_str();

/// What is asked for: an upstream that does not have it answers with what it has.
pub(crate) const NEWEST_HANDSHAKE: &str = Revision::V2025_11_25.as_str();

impl Era {
    /// The revision that an upstream answers `initialize` with.
    pub(crate) fn of_handshake(version: &str) -> Option<Self> {
        Revision::of_handshake(version).map(Self::Handshake)
    }

    /// What every request says of itself.
    pub(crate) fn meta(self, capabilities: &Map<String, Value>) -> Map<String, Value> {
        let mut meta = Map::new();
        if self == Self::Modern {
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

    /// As it is written, and in the header of each request; none before one is agreed on.
    pub(crate) const fn revision(self) -> Option<&'static str> {
        match self {
            Self::Opening => None,
            Self::Handshake(revision) => Some(revision.as_str()),
            Self::Modern => Some(MODERN),
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
