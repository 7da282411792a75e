//! The folder that credentials of servers are read from: a file per team, and one for all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use mesh_app::upstreams::credentials_in;
use mesh_core::Secret;

use crate::private_file::{locked, replace};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Adds these, all or none. What is there already is left.
    pub(super) fn keep(
        &self,
        team: Option<&str>,
        values: &BTreeMap<&str, &Secret>,
    ) -> anyhow::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)?;
        let file = self.file(team);
        let name = file.display();
        let (_lock, before) = locked(&file).with_context(|| format!("`{name}`"))?;
        let text = with(&before, values).with_context(|| format!("`{name}`"))?;
        replace(&file, &text).with_context(|| format!("`{name}`"))
    }

    /// What has a value for a team.
    pub(super) fn names(&self, team: Option<&str>) -> BTreeSet<String> {
        let files = [
            Some(self.file(None)),
            team.map(|team| self.file(Some(team))),
        ];
        let mut names = BTreeSet::new();
        for text in files.into_iter().flatten().map(fs::read_to_string) {
            let text = text.unwrap_or_default();
            names.extend(credentials_in(&text).map(|(name, _)| name));
        }
        names
    }

    fn file(&self, team: Option<&str>) -> PathBuf {
        self.0.join(format!("{}.env", team.unwrap_or("global")))
    }
}

fn with(before: &str, values: &BTreeMap<&str, &Secret>) -> anyhow::Result<String> {
    let known: BTreeMap<String, Secret> = credentials_in(before).collect();
    let mut text = before.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for (variable, value) in values {
        match known.get(*variable) {
            Some(known) if known.reveal() == value.reveal() => {}
            Some(_) => bail!("`{variable}` has another value there: take it out first"),
            None => text.push_str(&format!("{variable}=\"{}\"\n", value.reveal())),
        }
    }
    Ok(text)
}
