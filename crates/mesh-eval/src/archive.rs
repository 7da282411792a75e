//! The judged sets kept in `sets/`: each a compressed archive of `NAME/queries.jsonl` and the pages in `NAME/pages/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use tar::Archive;

use crate::question::Question;

/// The names of the sets, in the order of the report.
pub const NAMES: [&str; 4] = ["perlfaq", "faqonly", "cranfield", "npl"];

/// Unpacks the set `name` into `folder`: its questions and the folder of its pages.
pub fn unpack(name: &str, folder: &Path) -> Result<(Vec<Question>, PathBuf)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("sets")
        .join(format!("{name}.tar.gz"));
    let archive = File::open(&file).with_context(|| format!("opening `{}`", file.display()))?;
    Archive::new(GzDecoder::new(archive)).unpack(folder)?;
    let set = folder.join(name);
    let lines = fs::read_to_string(set.join("queries.jsonl"))?;
    let questions: Result<Vec<Question>, _> = lines.lines().map(serde_json::from_str).collect();
    Ok((questions?, set.join("pages")))
}
