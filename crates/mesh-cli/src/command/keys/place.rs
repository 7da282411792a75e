//! Where the keys are kept: one parameter of the store, or one line of the file of secrets.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use mesh_app::upstreams::credentials_in;
use mesh_aws::Ssm;
use mesh_core::{Deadline, Parameter, Secret, SecretSource as _};
use mesh_doors::keys::Keyring;

use crate::private_file::{locked, replace};

const TIMEOUT: Duration = Duration::from_secs(20);
/// Of a parameter of the store's standard tier.
const MAX_BYTES: usize = 4096;

#[derive(Debug)]
pub(super) enum Place {
    Store(Ssm),
    File(PathBuf),
}

/// Where keys were read, with what tells there that another has changed them meanwhile.
#[derive(Debug)]
pub(super) enum Opened {
    Store {
        store: Ssm,
        /// None where there was no parameter.
        version: Option<i64>,
    },
    File {
        path: PathBuf,
        /// Against another `mesh keys`.
        lock: File,
        before: Secret,
    },
}

impl Place {
    pub(super) async fn read(self) -> anyhow::Result<(Keyring, Opened)> {
        let (text, opened) = match self {
            Self::Store(store) => {
                let mut values = store.read(deadline()).await?;
                let found = values.remove(&Parameter::ApiKeys);
                let version = found.as_ref().and_then(|found| found.version);
                let text = found.map(|found| found.value.reveal().to_owned());
                (text.unwrap_or_default(), Opened::Store { store, version })
            }
            Self::File(path) => {
                let (lock, text) =
                    locked(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
                let (kept, before) = (kept(&text), Secret::new(text));
                (kept, Opened::File { path, lock, before })
            }
        };
        let keys = text.parse();
        let keys = keys.with_context(|| format!("`{}` cannot be read", opened.name()))?;
        Ok((keys, opened))
    }
}

impl Opened {
    pub(super) async fn write(self, keys: &Keyring, key: Option<&str>) -> anyhow::Result<()> {
        let text = keys.to_string();
        let name = self.name();
        match self {
            Self::Store { store, version } => {
                ensure!(
                    text.len() <= MAX_BYTES,
                    "the store keeps {MAX_BYTES} bytes, which is some twenty keys: revoke those that have expired"
                );
                ensure!(
                    !text.is_empty(),
                    "this was the last key, and the store keeps no empty parameter: delete `{name}`"
                );
                let written = store
                    .put(Parameter::ApiKeys, &Secret::new(text), key, deadline())
                    .await
                    .with_context(|| format!("cannot write `{name}`"))?;
                ensure!(
                    written == version.unwrap_or(0) + 1,
                    "`{name}` was changed by another at the same time, and this has taken the place of that change: compare \
                     with `mesh keys list`"
                );
                Ok(())
            }
            Self::File {
                path,
                lock: _lock,
                before,
            } => replace(&path, &with(before.reveal(), &text))
                .with_context(|| format!("cannot write `{}`", path.display())),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Store { store, .. } => store.name(Parameter::ApiKeys),
            Self::File { .. } => Parameter::ApiKeys.variable().to_owned(),
        }
    }
}

/// As a server reads the file: of several lines the last that has a value.
fn kept(text: &str) -> String {
    credentials_in(text)
        .filter(|(name, _)| name == Parameter::ApiKeys.variable())
        .last()
        .map_or_else(String::new, |(_, value)| value.reveal().to_owned())
}

/// The other lines stay as they are.
fn with(text: &str, keys: &str) -> String {
    let others = text.lines().filter(|line| !is_ours(line));
    let mut lines: Vec<String> = others.map(str::to_owned).collect();
    if !keys.is_empty() {
        lines.push(format!("{}={keys}", Parameter::ApiKeys.variable()));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn is_ours(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let name = line.split_once('=').map(|(name, _)| name.trim());
    name == Some(Parameter::ApiKeys.variable())
}

fn deadline() -> Deadline {
    Deadline::after(Instant::now(), TIMEOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_the_file_is_replaced() {
        let before = "# ours\nOPENAI_API_KEY=sk-test\nMESH_API_KEYS=old\nOTHER=x";
        assert_eq!(
            with(before, "new"),
            "# ours\nOPENAI_API_KEY=sk-test\nOTHER=x\nMESH_API_KEYS=new\n"
        );
        assert_eq!(with("MESH_API_KEYS=old\n", ""), "");
        assert_eq!(with("", "new"), "MESH_API_KEYS=new\n");
        assert_eq!(
            with("export MESH_API_KEYS=\"old\"\n", "new"),
            "MESH_API_KEYS=new\n"
        );
        assert_eq!(kept("export MESH_API_KEYS='a/b'"), "a/b");
    }

    #[test]
    fn a_file_stays_whose_and_where_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (
            folder.path().join("secrets.env"),
            folder.path().join("link"),
        );
        std::fs::write(&file, "OTHER=x\n").expect("written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        replace(&link, "MESH_API_KEYS=new\n").expect("replaced");
        assert!(link.symlink_metadata().expect("there").is_symlink());
        let mode = std::fs::metadata(&file)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640);
        let text = std::fs::read_to_string(&file).expect("text");
        assert_eq!(text, "MESH_API_KEYS=new\n");
    }
}
