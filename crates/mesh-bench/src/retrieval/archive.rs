//! The judged sets kept in `sets/`: each a compressed archive of `NAME/queries.jsonl` and the pages in `NAME/pages/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use tar::Archive;

use crate::retrieval::question::Question;

/// The names of the sets of pages, in the order of the report.
pub(crate) const NAMES: [&str; 4] = ["perlfaq", "faqonly", "cranfield", "npl"];

/// Unpacks the set `name` into `folder`: its questions and the folder of its pages.
pub(crate) fn unpack(name: &str, folder: &Path) -> Result<(Vec<Question>, PathBuf)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("sets/{name}.tar.gz"));
    let archive = File::open(&file).with_context(|| format!("opening `{}`", file.display()))?;
    Archive::new(GzDecoder::new(archive)).unpack(folder)?;
    let set = folder.join(name);
    let lines = fs::read_to_string(set.join("queries.jsonl"))?;
    let questions: Result<Vec<Question>, _> = lines.lines().map(serde_json::from_str).collect();
    Ok((questions?, set.join("pages")))
}

/// The paths of the files below `folder`, in order.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    find(folder, "", &mut paths)?;
    paths.sort();
    Ok(paths)
}

fn find(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            find(&entry.path(), &format!("{path}/"), paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
