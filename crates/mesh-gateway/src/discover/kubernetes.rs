//! Servers in a namespace of a Kubernetes cluster: ConfigMaps that hold files of servers, and Services that speak MCP. They are
//! listed, and watched from the second time on that they are asked for.

mod access;
mod config_map;
mod kubeconfig;
mod list;
mod service;
#[cfg(test)]
mod tests;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use access::Access;
use list::Resource;
use watch::Watched;

use super::{Around, Told};
use crate::source::Read;

/// The name of a ConfigMap that counts without a label.
const BY_NAME: &str = "metadata.name=agentgateway-config";
/// The label by which others register.
const BY_LABEL: &str = "agentgateway.elfautomations.com/register=true";

/// What is asked for, one by one: where one is refused, the others still count.
const ASKED: [Resource; 3] = [
    Resource {
        kind: "configmaps",
        selector: Some(("fieldSelector", BY_NAME)),
        read: config_map::by_name,
    },
    Resource {
        kind: "configmaps",
        selector: Some(("labelSelector", BY_LABEL)),
        read: config_map::by_label,
    },
    Resource {
        kind: "services",
        selector: None,
        read: service::read,
    },
];

/// What is known of each kind of object.
#[derive(Debug, Default)]
pub(super) struct Cluster([Watched; ASKED.len()]);

impl Cluster {
    pub(super) async fn read(&self, around: &Around) -> Vec<Told> {
        let access = match Access::of(around) {
            Ok(access) => Arc::new(access),
            Err(why) => {
                return vec![Told {
                    place: PathBuf::from("kubernetes"),
                    read: Err(why),
                }];
            }
        };
        let asked = ASKED.iter().zip(&self.0);
        let asked = asked.map(|(resource, watched)| one(&access, resource, watched));
        futures::future::join_all(asked).await
    }
}

async fn one(access: &Arc<Access>, resource: &'static Resource, watched: &Watched) -> Told {
    let objects = watched.objects(access, resource).await;
    Told {
        place: PathBuf::from(resource.place(access)),
        read: objects.map(|objects| {
            let mut whole = Read::default();
            for object in &objects {
                let read = (resource.read)(&access.namespace, object);
                whole.entries.extend(read.entries);
                whole.warnings.extend(read.warnings);
                whole.faults.extend(read.faults);
            }
            whole
        }),
    }
}
