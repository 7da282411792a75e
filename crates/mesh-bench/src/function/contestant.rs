//! Who takes part, in the order of the table.

mod peer;

use std::path::{Path, PathBuf};

use anyhow::Result;
use mesh_emulator::{Bootstrap, Environment};

use crate::function::places::{Places, absolute};
use crate::function::request::{Requests, question};

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
    Ours,
    OursSecrets,
    OursSample,
    OursLarge,
    Naive,
    Node,
    NodeSecrets,
    Python,
    PythonSecrets,
}

impl Name {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Floor => "floor: lambda_runtime, a fixed answer",
            Self::Plain => "plain: rmcp, axum, lambda_http",
            Self::Ours => "**ours**",
            Self::OursSecrets => "**ours**, five secrets",
            Self::OursSample => "**ours**, the sample corpus, nine tools",
            Self::OursLarge => "**ours**, 100,000 passages",
            Self::Naive => "plain with aws-config and aws-sdk-ssm, five secrets",
            Self::Node => "Node, official SDK",
            Self::NodeSecrets => "Node, five secrets",
            Self::Python => "Python, awslabs handler",
            Self::PythonSecrets => "Python, five secrets",
        }
    }
}

pub(crate) fn all(places: &Places) -> Result<Vec<Contestant>> {
    let mut all = vec![peer::floor(places), peer::plain(places)];
    all.extend(ours(places)?);
    all.push(peer::naive(places)?);
    all.extend(peer::node(places)?);
    all.extend(peer::python(places)?);
    Ok(all)
}

fn ours(places: &Places) -> Result<[Contestant; 4]> {
    let corpus = |folder: &Path| anyhow::Ok(unlimited().with("MESH_CORPUS", absolute(folder)?));
    let secrets = with_store(unlimited(), places)?.with("MESH_SECRETS", "ssm");
    let ours = |name, environment| Contestant {
        name,
        bootstrap: Bootstrap::new(&places.ours),
        environment,
        requests: Requests::to(PATH),
        zip: places.peers.join("ours.zip"),
    };
    let large = ours(Name::OursLarge, corpus(&places.large)?);
    Ok([
        ours(Name::Ours, unlimited()),
        ours(Name::OursSecrets, secrets),
        ours(Name::OursSample, corpus(&places.sample)?),
        Contestant {
            requests: large
                .requests
                .and_first(question(PATH, "What does VACUUM do?")),
            ..large
        },
    ])
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
