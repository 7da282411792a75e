use mesh_app::config::{Client, Era};
use mesh_core::Secret;
use reqwest::Url;

use super::surroundings::Surroundings;
use crate::client::{Authentication, CallFault, Conversation, Endpoint, address};

/// What is checked, and as whom.
#[derive(Debug)]
pub(super) struct Target {
    url: Url,
    /// Where MCP is spoken.
    pub(super) rpc: Endpoint,
    pub(super) asks: Asks,
    /// What is shown where a token is asked for.
    pub(super) token: Option<Secret>,
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
        rpc.set_path(rpc_path(&url));
        let rpc = Endpoint::new(rpc, authentication)?;
        Ok(Self {
            url,
            rpc,
            asks,
            token: client.bearer.clone(),
        })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Where MCP is spoken, without the server's name.
    pub(super) fn rpc_path(&self) -> &str {
        rpc_path(&self.url)
    }

    /// What is said in a conversation of its own, opened the newest way that the server understands.
    pub(super) async fn conversing<T>(
        &self,
        talk: impl AsyncFnOnce(&mut Conversation) -> Result<T, String>,
    ) -> Result<T, String> {
        let opened = Conversation::open(self.rpc.clone(), Era::Auto).await;
        let mut opened = opened.map_err(|fault| fault.to_string())?;
        let said = talk(&mut opened).await;
        opened.close().await;
        said
    }

    /// The same server, at a path of its own.
    pub(super) fn at(&self, path: &str) -> Result<Endpoint, CallFault> {
        self.rpc.at(path)
    }
}

fn rpc_path(url: &Url) -> &str {
    match url.path() {
        "/" => "/rpc",
        path => path,
    }
}
