use mesh_app::config::Client;
use reqwest::Url;

use super::surroundings::Surroundings;
use crate::client::{Authentication, CallFault, Endpoint, address};

/// What is checked, and as whom.
#[derive(Debug)]
pub(super) struct Target {
    url: Url,
    /// Where MCP is spoken.
    pub(super) rpc: Endpoint,
    pub(super) asks: Asks,
}

/// What the server should want to see of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// A signature for this region.
    Signature(String),
    Token,
    /// Nothing: it can be reached from this machine only.
    Nothing,
    /// Nothing that we were told of, and everybody can reach it.
    Unknown,
}

impl Target {
    pub(super) fn new(
        url: Url,
        client: &Client,
        surroundings: &Surroundings,
    ) -> anyhow::Result<Self> {
        let (asks, authentication) = if let Some(token) = &client.bearer {
            (Asks::Token, Authentication::Bearer(token.clone()))
        } else if let Some((region, signer)) = &surroundings.signer {
            let authentication = Authentication::Signed(signer.clone());
            (Asks::Signature(region.clone()), authentication)
        } else if address::is_loopback(&url) {
            (Asks::Nothing, Authentication::Nobody)
        } else {
            (Asks::Unknown, Authentication::Nobody)
        };
        let mut rpc = url.clone();
        if rpc.path() == "/" {
            rpc.set_path("/rpc");
        }
        let rpc = Endpoint::new(rpc, authentication)?;
        Ok(Self { url, rpc, asks })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The same server, at a path of its own.
    pub(super) fn at(&self, path: &str) -> Result<Endpoint, CallFault> {
        self.rpc.at(path)
    }
}
