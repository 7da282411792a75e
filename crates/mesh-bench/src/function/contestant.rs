//! Who takes part, in the order of the table.

mod peer;

use std::path::{Path, PathBuf};

use anyhow::Result;
use mesh_emulator::{Bootstrap, Environment, Payload};

use crate::function::places::{Places, absolute};
use crate::function::request::{Requests, question, time};

pub(crate) const PATH: &str = "/rpc";

/// A function that is measured.
pub(crate) struct Contestant {
    pub(crate) name: Name,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) environment: Environment,
    pub(crate) requests: Requests,
    /// What would be uploaded.
    pub(crate) zip: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Floor,
    Plain,
    PlainVoice,
    Ours,
    OursFourSecrets,
    OursSecrets,
    OursSample,
    OursLarge,
    OursLock,
    OursChild,
    Naive,
    Node,
    NodeSecrets,
    Python,
    PythonSecrets,
    Children,
}

impl Name {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Floor => "floor: lambda_runtime, a fixed answer",
            Self::Plain => "plain: rmcp, axum, lambda_http",
            Self::PlainVoice => "plain, the tools of ours with five secrets",
            Self::Ours => "**ours**",
            Self::OursFourSecrets => "**ours**, four secrets",
            Self::OursSecrets => "**ours**, five secrets, of which one brings the tools for voice",
            Self::OursSample => "**ours**, the sample corpus, nine tools",
            Self::OursLarge => "**ours**, 100,000 passages",
            Self::OursLock => "**ours**, a lock of 200 tools",
            Self::OursChild => "**ours**, a child",
            Self::Naive => "plain with aws-config and aws-sdk-ssm, five secrets",
            Self::Node => "Node, official SDK",
            Self::NodeSecrets => "Node, five secrets",
            Self::Python => "Python, awslabs handler",
            Self::PythonSecrets => "Python, five secrets",
            Self::Children => "run-mcp-servers-with-aws-lambda, a child for each request",
        }
    }

    /// Whether it answers batches of lists and of the least that a tool can do. The others are asked something else.
    pub(crate) const fn is_called_warm(self) -> bool {
        !matches!(self, Self::OursLarge | Self::OursChild | Self::Children)
    }
}

pub(crate) fn all(places: &Places) -> Result<Vec<Contestant>> {
    let mut all = vec![
        peer::floor(places),
        peer::plain(places),
        peer::plain_voice(places)?,
    ];
    all.extend(ours(places)?);
    all.push(peer::naive(places)?);
    all.extend(peer::node(places)?);
    all.extend(peer::python(places)?);
    all.push(peer::children(places)?);
    Ok(all)
}

fn ours(places: &Places) -> Result<[Contestant; 7]> {
    let corpus = |folder: &Path| anyhow::Ok(unlimited().with("MESH_CORPUS", absolute(folder)?));
    let upstream = |folder: &str| {
        let file = places.upstreams.join(folder).join("mcp.json");
        anyhow::Ok(unlimited().with("MESH_UPSTREAMS", absolute(&file)?))
    };
    let secrets = with_store(unlimited(), places)?.with("MESH_SECRETS", "ssm");
    let four = secrets.clone().with("MESH_SSM_PREFIX", "/four/");
    let ours = |name, environment| Contestant {
        name,
        bootstrap: Bootstrap::new(&places.ours),
        environment,
        requests: Requests::to(PATH),
        zip: places.peers.join("ours.zip"),
    };
    let large = ours(Name::OursLarge, corpus(&places.large)?);
    let large = large.and_first(question(PATH, "What does VACUUM do?"));
    let child = ours(Name::OursChild, upstream("child")?);
    Ok([
        ours(Name::Ours, unlimited()),
        ours(Name::OursFourSecrets, four),
        ours(Name::OursSecrets, secrets),
        ours(Name::OursSample, corpus(&places.sample)?),
        large,
        ours(Name::OursLock, upstream("many")?),
        child.and_first(time(PATH, "time__get_current_time")),
    ])
}

impl Contestant {
    fn and_first(self, first: Payload) -> Self {
        Self {
            requests: self.requests.and_first(first),
            ..self
        }
    }
}

/// One caller asks more than any may in a minute.
fn unlimited() -> Environment {
    Environment::lambda().with("MESH_LIMITS", "off")
}

/// The variables by which the AWS SDKs of each language find a store that is not AWS's, and trust it.
fn with_store(environment: Environment, places: &Places) -> Result<Environment> {
    let authority = places.store_authority()?;
    Ok(environment
        .with("AWS_ENDPOINT_URL", places.store_url()?)
        .with("AWS_CA_BUNDLE", &authority)
        .with("NODE_EXTRA_CA_CERTS", &authority)
        .with("SSL_CERT_FILE", &authority))
}
