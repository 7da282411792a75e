//! The servers behind this one, from the files that the settings name, and where they say to look.

mod found;
mod sources;
mod stored;

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context as _;
use futures::future::BoxFuture;
use jiff::Timestamp;
use mesh_core::Secret;
use mesh_gateway::{
    Approvals, Credentials, Environment, Freshness, Gateway, Here, HopId, INHERITED, Stats, World,
};
use serde_json::{Value, json};

use crate::config::{Config, CredentialsAt, GatewaySettings, Variables};
use crate::secrets::lines;

pub use self::sources::{Sources, Written};
pub use self::stored::Stored;

/// The servers, and where they are written down.
#[derive(Debug)]
pub struct Upstreams {
    pub gateway: Gateway,
    pub(crate) sources: Sources,
}

/// None where neither a file is named nor a place to look in. `host` says what the host has that others have not.
///
/// # Errors
/// Where a file cannot be read. What is wrong with single servers is logged, and the others are served.
pub async fn of(
    config: &Config,
    variables: &Variables,
    host: impl FnOnce(World) -> World,
) -> anyhow::Result<Option<Upstreams>> {
    let settings = &config.gateway;
    found::refuse_ourselves(settings, config.server.address)?;
    let Some(sources) = Sources::open(settings, variables).await? else {
        return Ok(None);
    };
    let written = sources.written();
    written.log();
    let lock = lock_file(&settings.files, variables);
    let approvals = Approvals::open(settings.lock, &lock);
    let approvals = approvals.with_context(|| format!("cannot read `{}`", lock.display()))?;
    if let Some(why) = approvals.unreadable() {
        tracing::error!(file = %lock.display(), why, "the lock of the upstreams cannot be read: nothing in it counts as approved");
    }
    let world = host(world(settings, variables, approvals));
    if let Some(address) = &config.callers.resource {
        world.here.is_known_as(address);
    }
    let gateway = Gateway::new(written.entries, &world, settings.name_limit);
    Ok(Some(Upstreams { gateway, sources }))
}

/// `mesh.lock`, beside the first of the files. Where none is named it is the user's own: what lies in a folder that somebody
/// else has made approves nothing.
#[must_use]
pub fn lock_file(files: &[PathBuf], variables: &Variables) -> PathBuf {
    const NAME: &str = "mesh.lock";
    /// Of who has no home: never the working directory.
    const OF_THE_SYSTEM: &str = "/var/lib";
    if let Some(first) = files.first() {
        return first.with_file_name(NAME);
    }
    let folder = |name: &str| variables.foreign(name).map(PathBuf::from);
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    let state = state.unwrap_or_else(|| PathBuf::from(OF_THE_SYSTEM));
    state.join("aoma-mesh").join(NAME)
}

/// An upstream as it is shown to operators.
pub(crate) fn told(stats: &Stats) -> Value {
    let second = |time: SystemTime| Timestamp::try_from(time).ok().map(|time| time.to_string());
    let (since, error) = match &stats.fault {
        Some((since, fault)) => (second(*since), Some(fault.to_string())),
        None => (None, None),
    };
    json!({
        "name": stats.name,
        "state": stats.state.as_str(),
        "revision": stats.revision,
        "lastSuccess": stats.last_success.and_then(second),
        "error": error,
        "errorAt": since,
        "retryInSeconds": stats.retry_in.map(|wait| wait.as_secs().max(1)),
        "calls": stats.counts.calls,
        "errors": stats.counts.errors,
        "starts": stats.counts.starts,
        "noise": stats.noise,
    })
}

/// What all upstreams get from this process. Values that are kept elsewhere are the host's to read.
#[must_use]
pub fn world(settings: &GatewaySettings, variables: &Variables, approvals: Approvals) -> World {
    World {
        environment: inherited(variables),
        approvals: Arc::new(approvals),
        launcher: None,
        signs: None,
        sandbox: None,
        here: Here::new(&settings.hops, at_random()),
        credentials: Arc::new(Known {
            folder: settings
                .credentials
                .as_ref()
                .and_then(CredentialsAt::folder)
                .map(Path::to_owned),
            own: variables.clone(),
        }),
    }
}

/// Who a process is need not be secret, only another's never; without random bytes it is told by when it started.
fn at_random() -> HopId {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => HopId::of_bytes(bytes),
        Err(_) => HopId::of_words([format!("{:?}", SystemTime::now()).as_str()]),
    }
}

fn inherited(variables: &Variables) -> Environment {
    let value = |name: &&str| Some(((*name).to_owned(), variables.foreign(name)?));
    INHERITED.iter().filter_map(value).collect()
}

/// A team's values from its own file, then those of all teams; without such files, the server's environment.
#[derive(Debug)]
struct Known {
    folder: Option<PathBuf>,
    own: Variables,
}

impl Credentials for Known {
    fn read<'a>(
        &'a self,
        team: Option<&'a str>,
        names: &'a [String],
        _: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        let Some(folder) = self.folder.clone() else {
            let value = |name: &String| Some((name.clone(), Secret::new(self.own.foreign(name)?)));
            let values = names.iter().filter_map(value).collect();
            return Box::pin(std::future::ready(Ok(values)));
        };
        let (team, names) = (team.map(str::to_owned), names.to_vec());
        Box::pin(async move {
            let read = move || in_files(&folder, team.as_deref(), &names);
            let read = tokio::task::spawn_blocking(read).await;
            read.unwrap_or_else(|error| Err(error.to_string()))
        })
    }
}

/// # Errors
/// Where there is a file that cannot be read: what stands in its place may be another team's.
fn in_files(
    folder: &Path,
    team: Option<&str>,
    names: &[String],
) -> Result<HashMap<String, Secret>, String> {
    let mut values = HashMap::new();
    for whose in ["global"].into_iter().chain(team) {
        let file = folder.join(format!("{whose}.env"));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                tracing::error!(file = %file.display(), %error, "credentials cannot be read");
                return Err(format!("`{whose}.env`: {error}"));
            }
        };
        values.extend(credentials_in(&text).filter(|(name, _)| names.contains(name)));
    }
    Ok(values)
}

/// What a file of credentials has.
pub fn credentials_in(text: &str) -> impl Iterator<Item = (String, Secret)> {
    lines(text).map(|(name, value)| (name.to_owned(), Secret::new(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_team_has_its_own_credentials_first_and_nobody_else_s() {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [
            ("global.env", "TOKEN=everybody\nSHARED=shared\n"),
            ("legal.env", "export TOKEN=\"legal\"\n"),
        ] {
            std::fs::write(folder.path().join(file), text).expect("written");
        }
        let known = Known {
            folder: Some(folder.path().to_owned()),
            own: Variables::new([("TOKEN", "the server's")]),
        };
        let names = ["TOKEN", "SHARED", "OTHER"].map(str::to_owned);
        for (team, token) in [
            (Some("legal"), "legal"),
            (Some("sales"), "everybody"),
            (None, "everybody"),
        ] {
            let values = known
                .read(team, &names, Freshness::AtHand)
                .await
                .expect("read");
            let value = |name: &str| values.get(name).map(Secret::reveal);
            assert_eq!(
                (value("TOKEN"), value("SHARED"), value("OTHER")),
                (Some(token), Some("shared"), None)
            );
        }
        // One that is there and cannot be read says nothing of what is in it.
        std::fs::create_dir(folder.path().join("sales.env")).expect("made");
        let told = known.read(Some("sales"), &names, Freshness::AtHand).await;
        let told = told.expect_err("nobody knows");
        assert!(told.starts_with("`sales.env`: "), "{told}");
    }
}
