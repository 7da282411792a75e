use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::{join_all, join3};
use mesh_index::Kind;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::context::Context;
use crate::field::Timestamp;
use crate::system::metrics::{Counters, counters};
use crate::system::{VERSION, probe, vendor_probe};

/// What a probe may take: a monitor that waits longer has an answer already.
const PROBE: Duration = Duration::from_secs(2);

/// The state of the server and of what it works with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Health {
    pub status: Status,
    /// What this server really uses, each as its probe found it.
    pub services: BTreeMap<&'static str, Service>,
    /// The server's own name.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Counters>,
    pub version: &'static str,
    pub timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<Diagnostics>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Every service answers.
    Healthy,
    /// Some do.
    Degraded,
    /// None does.
    Unhealthy,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Service {
    /// Whether it answered rightly and in time; null where it is not configured.
    #[schemars(schema_with = "of_any_type")]
    pub status: Option<bool>,
    /// Milliseconds.
    pub latency: f64,
    /// What is wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is to be known, and is not wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How many documents, files or things of the kind there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
    /// How many passages they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<u64>,
    /// Of the corpus: it changes with every `mesh index`, and no two corpora have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostics {
    pub environment: String,
    /// Milliseconds that a request may take.
    pub budget: u64,
    /// When the corpus was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexed_at: Option<String>,
    /// The language whose word forms are treated as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Kinds of things the corpus has none of; their tools are not listed.
    pub not_indexed: Vec<&'static str>,
}

/// Clients are given no union with `null`.
fn of_any_type(_: &mut SchemaGenerator) -> Schema {
    Schema::default()
}

/// Probes everything at once, each probe bounded.
pub async fn health(cx: &Context<'_>) -> Health {
    let bounded = cx.until(cx.request.deadline.at_most(Instant::now(), PROBE));
    let corpus = async {
        let corpus = probe::corpus(&bounded).await;
        // Only now is it known what a corpus that had to be fetched holds.
        let kinds = indexed(cx);
        let found = join_all(kinds.iter().map(|kind| probe::kind(&bounded, *kind))).await;
        let names = kinds.into_iter().map(service_name);
        let vectors = probe::vectors(&bounded).await;
        (corpus, names.zip(found).collect::<Vec<_>>(), vectors)
    };
    let ((corpus, kinds, vectors), secrets, vendors) = join3(
        corpus,
        probe::secrets(&bounded),
        vendor_probe::all(&bounded),
    )
    .await;
    let mut services = BTreeMap::from([("corpus", corpus)]);
    services.extend(kinds);
    services.extend(vectors.map(|vectors| ("vectors", vectors)));
    services.extend(secrets.map(|secrets| ("secrets", secrets)));
    services.extend(vendors);
    Health {
        status: status(services.values()),
        services,
        ..health_without_probes(cx)
    }
}

/// That this process runs and answers, and nothing about what it works with.
#[must_use]
pub fn health_without_probes(cx: &Context<'_>) -> Health {
    Health {
        status: Status::Healthy,
        services: BTreeMap::new(),
        name: cx.services.name.clone(),
        metrics: Some(counters(cx)),
        version: VERSION,
        timestamp: Timestamp::now(),
        diagnostics: None,
    }
}

pub(super) fn diagnostics(cx: &Context<'_>) -> Diagnostics {
    let stats = cx.services.corpus().map(mesh_index::Corpus::stats);
    let indexed = indexed(cx);
    Diagnostics {
        environment: cx.services.environment.clone(),
        budget: u64::try_from(cx.request.deadline.budget().as_millis()).unwrap_or(u64::MAX),
        indexed_at: stats.as_ref().map(|stats| stats.indexed_at.clone()),
        language: stats
            .as_ref()
            .map(|stats| format!("{:?}", stats.language).to_lowercase()),
        not_indexed: Kind::ALL
            .into_iter()
            .filter(|kind| !indexed.contains(kind))
            .map(service_name)
            .collect(),
    }
}

fn indexed(cx: &Context<'_>) -> Vec<Kind> {
    let has = |kind: &Kind| cx.services.corpus().is_some_and(|corpus| corpus.has(*kind));
    Kind::ALL.into_iter().filter(has).collect()
}

const fn service_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Knowledge => "knowledge",
        Kind::Ticket => "tickets",
        Kind::Commit => "commits",
        Kind::Code => "code",
        Kind::Mail => "mail",
    }
}

fn status<'a>(services: impl Iterator<Item = &'a Service>) -> Status {
    let (mut up, mut down) = (0, 0);
    for service in services {
        match service.status {
            Some(true) => up += 1,
            Some(false) => down += 1,
            None => {}
        }
    }
    match (up, down) {
        (_, 0) => Status::Healthy,
        (0, _) => Status::Unhealthy,
        _ => Status::Degraded,
    }
}
