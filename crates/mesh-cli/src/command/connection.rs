use anyhow::Context as _;
use clap::Args;
use mesh_app::config::{Client, Config, Variables};
use mesh_aws::{Aws, Signer};
use reqwest::Url;
use tokio::time;

use crate::client::{Authentication, CallFault, Conversation, Endpoint, address};
use crate::exit::Failure;

/// How a server is spoken to, for every command that speaks with one.
#[derive(Debug, Args)]
pub(super) struct Connection {
    /// Print the result object as it came [MESH_JSON]
    #[arg(long)]
    json: bool,
    /// How to open the conversation [MESH_ERA] [default: auto]
    #[arg(long, value_parser = ["auto", "legacy", "modern"])]
    era: Option<String>,
    /// How long to wait for the whole exchange [MESH_TIMEOUT] [default: 60]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<String>,
    /// Sign requests for a function in this region, whatever its address [MESH_SIGN]
    #[arg(long, value_name = "REGION")]
    sign: Option<String>,
    /// Send the token over `http://` to another machine too, where whoever is on the way can read it
    #[arg(long)]
    allow_plain_http: bool,
}

/// Where a conversation is held, and for how long an answer is waited for.
pub(super) struct Place {
    endpoint: Endpoint,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Connection {
    pub(super) fn to(self, url: &str, variables: Variables) -> Result<Place, Failure> {
        let variables = variables
            .with_flag("--json", self.json.then_some("on"))
            .with_flag("--era", self.era)
            .with_flag("--timeout", self.timeout)
            .with_flag("--sign", self.sign);
        let client = Config::read(&variables)?.client;
        let url = address::parse(url).map_err(Failure::usage)?;
        if !self.allow_plain_http {
            no_token_in_the_clear(&client, &url)?;
        }
        let runtime = crate::runtime()?;
        let authentication = runtime.block_on(authentication(&client, &url, &variables))?;
        Ok(Place {
            endpoint: Endpoint::new(url, authentication)?,
            client,
            runtime,
        })
    }
}

impl Place {
    /// Whether the result is for a program.
    pub(super) fn is_for_program(&self) -> bool {
        self.client.json.is_on()
    }

    /// Opens a conversation and holds it, within the time there is, and closes it.
    pub(super) fn converse<T>(
        &self,
        exchange: impl AsyncFnOnce(&mut Conversation) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let exchange = async {
            let opened = Conversation::open(self.endpoint.clone(), self.client.era).await;
            let mut conversation = opened.map_err(anyhow::Error::from)?;
            let answer = exchange(&mut conversation).await;
            Ok::<_, Failure>((conversation, answer))
        };
        let timeout = self.client.timeout;
        self.runtime.block_on(async {
            let held = time::timeout(timeout, exchange).await;
            let (conversation, answer) =
                held.map_err(|_| anyhow::Error::from(CallFault::TimedOut(timeout)))??;
            conversation.close().await;
            answer
        })
    }
}

/// A token is read by whoever is on the way, and then is theirs too.
pub(super) fn no_token_in_the_clear(client: &Client, url: &Url) -> Result<(), Failure> {
    if client.bearer.is_none() || url.scheme() == "https" || address::is_loopback(url) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "`{url}` is not encrypted: whoever is on the way could read the token in `MESH_BEARER`; give an `https://` address, \
         or `--allow-plain-http` to send it all the same"
    )))
}

/// A token goes before a signature: both stand in the same header.
async fn authentication(
    client: &Client,
    url: &Url,
    variables: &Variables,
) -> anyhow::Result<Authentication> {
    if let Some(token) = &client.bearer {
        return Ok(Authentication::Bearer(token.clone()));
    }
    let Some(region) = client.sign.as_deref().or(address::region(url)) else {
        return Ok(Authentication::Nobody);
    };
    let aws = Aws::from_chain_in(&|name| variables.foreign(name), None, Some(region)).await;
    let aws = aws.context("cannot sign requests")?;
    Ok(Authentication::Signed(Signer::in_region(&aws, region)))
}
