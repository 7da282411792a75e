use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

/// Where everything was put that is measured.
#[derive(Args)]
pub(crate) struct Places {
    /// Our bootstrap.
    #[arg(long)]
    pub(crate) ours: PathBuf,
    /// The folder of the peers' binaries and bundles, and of every contestant's zip.
    #[arg(long)]
    pub(crate) peers: PathBuf,
    /// The folder of the Python peer and of `node_modules`.
    #[arg(long)]
    pub(crate) scripts: PathBuf,
    /// The Python with the peer's packages.
    #[arg(long)]
    pub(crate) python: PathBuf,
    /// The Python with the child and what starts it for each request.
    #[arg(long)]
    pub(crate) children: PathBuf,
    /// The folders `many` and `child`: each with the file of an upstream, and its lock.
    #[arg(long)]
    pub(crate) upstreams: PathBuf,
    /// A corpus of every kind of source.
    #[arg(long)]
    pub(crate) sample: PathBuf,
    /// A corpus of 100,000 passages.
    #[arg(long)]
    pub(crate) large: PathBuf,
    /// The manual whose index asks the questions.
    #[arg(long)]
    pub(crate) manual: PathBuf,
    /// The folder with the `url` of a parameter store and the `ca.pem` to trust.
    #[arg(long)]
    pub(crate) store: PathBuf,
}

impl Places {
    /// What ours lists with the tools for voice, once it was asked.
    pub(crate) fn voice_tools(&self) -> Result<PathBuf> {
        let peers = absolute(&self.peers)?;
        Ok(Path::new(&peers).join("voice-tools.json"))
    }

    pub(crate) fn store_url(&self) -> Result<String> {
        let file = self.store.join("url");
        fs::read_to_string(&file).with_context(|| format!("reading `{}`", file.display()))
    }

    pub(crate) fn store_authority(&self) -> Result<String> {
        absolute(&self.store.join("ca.pem"))
    }
}

/// A path as text, for processes that start in folders of their own.
pub(crate) fn absolute(path: &Path) -> Result<String> {
    let found = path
        .canonicalize()
        .with_context(|| format!("looking for `{}`", path.display()))?;
    Ok(found.display().to_string())
}
