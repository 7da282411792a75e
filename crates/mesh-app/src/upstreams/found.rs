//! What is found where the settings say to look, beside the files that are named.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, bail};
use mesh_core::lock;
use mesh_gateway::discover::{ACCOUNT, Around, Discovery, Source};
use mesh_gateway::source::Read;

use crate::config::{GatewaySettings, Variables};

#[derive(Debug)]
pub(super) struct Found {
    discovery: Discovery,
    /// What was found when it was last looked.
    reads: Mutex<Vec<Read>>,
}

impl Found {
    /// None where nothing is looked for.
    ///
    /// # Errors
    /// Where there is no working directory any more.
    pub(super) fn of(
        settings: &GatewaySettings,
        variables: &Variables,
    ) -> anyhow::Result<Option<Self>> {
        if settings.discover.is_empty() {
            return Ok(None);
        }
        let variables = variables.clone();
        let around = Around {
            folder: std::env::current_dir().context("there is no working directory")?,
            variables: Arc::new(move |name| variables.foreign(name)),
            named: settings.files.clone(),
            gateway: settings.discover_gateway.clone(),
            namespace: settings.discover_namespace.clone(),
            account: PathBuf::from(ACCOUNT),
        };
        Ok(Some(Self {
            discovery: Discovery::new(settings.discover.iter().copied(), around),
            reads: Mutex::default(),
        }))
    }

    /// Whether it is other than before.
    pub(super) async fn look(&self) -> bool {
        let newer = self.discovery.read().await;
        let mut reads = lock(&self.reads);
        let is_changed = *reads != newer;
        *reads = newer;
        is_changed
    }

    pub(super) fn reads(&self) -> Vec<Read> {
        lock(&self.reads).clone()
    }
}

/// # Errors
/// Where this server would ask itself for its servers.
pub(super) fn refuse_ourselves(settings: &GatewaySettings, own: SocketAddr) -> anyhow::Result<()> {
    let gateway = settings
        .discover_gateway
        .split("://")
        .nth(1)
        .unwrap_or_default();
    let authority = gateway.split('/').next().unwrap_or_default();
    let authority = authority.replace("localhost:", "127.0.0.1:");
    if settings.discover.contains(&Source::Gateway) && authority.parse() == Ok(own) {
        bail!(
            "`MESH_DISCOVER_GATEWAY` is this server's own address: name another gateway's, or take `gateway` out of \
             `MESH_DISCOVER`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Sources;
    use super::*;
    use crate::config::Config;

    fn settings(given: &[(&str, &str)]) -> (GatewaySettings, Variables) {
        let variables = Variables::new(given.iter().copied());
        let config = Config::read(&variables).expect("settings");
        (config.gateway, variables)
    }

    #[tokio::test]
    async fn a_file_that_is_named_comes_before_what_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcp.json");
        std::fs::write(&file, r#"{"mcpServers": {"git": {"command": "named"}}}"#).expect("written");
        let (settings, variables) = settings(&[
            ("MESH_UPSTREAMS", file.to_str().expect("UTF-8")),
            ("MESH_DISCOVER", "env"),
            ("MCP_SERVERS", "git,time"),
            ("MCP_GIT_COMMAND", "found"),
            ("MCP_TIME_COMMAND", "found"),
        ]);
        let sources = Sources::open(&settings, &variables).await;
        let sources = sources.expect("read").expect("sources");
        let written = sources.written();
        let names: Vec<_> = written
            .entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.needs_approval()))
            .collect();
        assert_eq!(names, [("git", false), ("time", true)]);
        let shadowed = format!(
            "environment: `git` is defined in {}:1 already, and what stands here has no effect",
            file.display()
        );
        assert_eq!(written.warnings, [shadowed]);
        assert!(!sources.look().await);
    }

    #[test]
    fn a_server_does_not_ask_itself() {
        let own: SocketAddr = "127.0.0.1:3000".parse().expect("an address");
        for (address, is_refused) in [
            ("http://127.0.0.1:3000", true),
            ("http://localhost:3000/mcp/servers", true),
            ("http://127.0.0.1:15000", false),
        ] {
            let given = [
                ("MESH_DISCOVER", "gateway"),
                ("MESH_DISCOVER_GATEWAY", address),
            ];
            let (settings, _) = settings(&given);
            assert_eq!(
                refuse_ourselves(&settings, own).is_err(),
                is_refused,
                "{address}"
            );
        }
    }
}
