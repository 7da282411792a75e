//! What servers behind the address offer: no part of this build, and known for certain to the server that serves them alone.

use mesh_core::Effect;
use mesh_doors::policy::{Asked, Pattern};
use mesh_gateway::catalogue::family;
use mesh_gateway::name::SEPARATOR;
use mesh_tools::registry::CATALOG;

/// Whether a name, or a pattern of names, is of tools or prompts of such a server.
pub(super) fn is_name(name: &str) -> bool {
    name.contains(SEPARATOR)
}

/// Whether a pattern of URIs is of a scheme that no resource of our own has.
pub(super) fn is_uri(pattern: &Pattern) -> bool {
    let Some((scheme, _)) = pattern.as_str().split_once("://") else {
        return false;
    };
    let fixed = CATALOG.resources.iter().map(|resource| resource.uri);
    let families = CATALOG.templates.iter().map(|template| template.prefix);
    let own = |uri: &str| uri.split_once("://").is_some_and(|(own, _)| own == scheme);
    !scheme.contains('*') && !fixed.chain(families).any(own)
}

/// A tool of such a server.
pub(super) struct Remote {
    name: String,
    family: String,
}

impl Remote {
    /// `SERVER__TOOL`, as it is advertised.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (server, _) = name.split_once(SEPARATOR)?;
        Some(Self {
            name: name.to_owned(),
            family: family(server),
        })
    }

    pub(super) fn with(&self, effect: Effect) -> Asked<'_> {
        Asked::Tool {
            name: &self.name,
            family: &self.family,
            effect,
        }
    }
}
