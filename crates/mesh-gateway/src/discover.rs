//! Places in which servers are looked for that nobody has named one by one. Each can be read again: what is in them changes.

mod environment;
mod files;
mod gateway;
#[cfg(feature = "kubernetes")]
mod kubernetes;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures::future::join_all;
use mesh_core::lock;
use mesh_http::{HttpClient, Roots};

use crate::entry::{Entry, Place};
use crate::source::{Note, Read};

/// A kind of place. In this order: of two servers of one name the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Where clients keep theirs.
    Files,
    /// `MCP_SERVERS`.
    Environment,
    /// ConfigMaps and Services.
    Kubernetes,
    /// What another gateway says it has.
    Gateway,
}

impl Source {
    pub const ALL: [Self; 4] = [
        Self::Files,
        Self::Environment,
        Self::Kubernetes,
        Self::Gateway,
    ];

    /// As it is named in a setting.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Environment => "env",
            Self::Kubernetes => "kubernetes",
            Self::Gateway => "gateway",
        }
    }
}

/// What a variable of the environment holds.
pub type Lookup = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Where to look from.
#[derive(Clone)]
pub struct Around {
    /// The working directory: its files are a project's.
    pub folder: PathBuf,
    pub variables: Lookup,
    /// Files that are read anyhow.
    pub named: Vec<PathBuf>,
    /// The address of a gateway's administration; checked by [`mesh_http::secure_address`].
    pub gateway: String,
    /// Of Kubernetes; without one, that of the pod or of the kubeconfig.
    pub namespace: Option<String>,
    /// Where a pod has its account.
    pub account: PathBuf,
}

/// Where a pod finds its account.
pub const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

impl fmt::Debug for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Around")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Looks for servers, as often as it is asked.
#[derive(Debug)]
pub struct Discovery {
    sources: BTreeSet<Source>,
    around: Around,
    client: HttpClient,
    #[cfg(feature = "kubernetes")]
    cluster: kubernetes::Cluster,
    /// What each place said when it was last understood.
    last: Mutex<BTreeMap<PathBuf, Vec<Entry>>>,
}

/// What one place says; where it says nothing that can be understood, why.
struct Told {
    place: PathBuf,
    read: Result<Read, String>,
}

impl Discovery {
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = Source>, around: Around) -> Self {
        Self {
            sources: sources.into_iter().collect(),
            around,
            client: HttpClient::new(Roots::compiled_in()),
            #[cfg(feature = "kubernetes")]
            cluster: kubernetes::Cluster::default(),
            last: Mutex::default(),
        }
    }

    /// What is in all places now, the first that counts first. Takes a few seconds at most. A place that fails has what it
    /// said last, and a warning that says why.
    pub async fn read(&self) -> Vec<Read> {
        let asked = self.sources.iter().map(|source| self.ask(*source));
        let asked = join_all(asked).await;
        let told = self.sources.iter().zip(asked);
        told.flat_map(|(source, told)| told.into_iter().map(|told| self.settle(*source, told)))
            .collect()
    }

    async fn ask(&self, source: Source) -> Vec<Told> {
        match source {
            Source::Files => files::read(&self.around),
            Source::Environment => environment::read(&*self.around.variables)
                .into_iter()
                .collect(),
            #[cfg(feature = "kubernetes")]
            Source::Kubernetes => self.cluster.read(&self.around).await,
            #[cfg(not(feature = "kubernetes"))]
            Source::Kubernetes => vec![Told {
                place: PathBuf::from(source.as_str()),
                read: Err("nothing is looked for in Kubernetes by this program".to_owned()),
            }],
            Source::Gateway => vec![gateway::read(&self.client, &self.around.gateway).await],
        }
    }

    fn settle(&self, source: Source, told: Told) -> Read {
        let mut last = lock(&self.last);
        let known = |last: &BTreeMap<_, Vec<_>>| last.get(&told.place).cloned();
        match told.read {
            Ok(mut read) if read.is_unreadable => {
                read.entries = known(&last).unwrap_or_default();
                read
            }
            Ok(mut read) => {
                for entry in &mut read.entries {
                    entry.found_by = Some(source);
                }
                last.insert(told.place, read.entries.clone());
                read
            }
            Err(why) => {
                let known = known(&last);
                let then = known.as_ref().map_or("", |_| "; what it said before holds");
                Read {
                    entries: known.unwrap_or_default(),
                    ..noted(told.place, format!("{why}{then}"))
                }
            }
        }
    }
}

/// Nothing but a warning.
fn noted(place: PathBuf, told: String) -> Read {
    let note = Note {
        place: Place {
            file: place,
            line: 0,
        },
        key: String::new(),
        told,
    };
    Read {
        warnings: vec![note],
        ..Read::default()
    }
}
