//! The vectors of a corpus, kept from one run to the next: making them takes minutes.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mesh_embed::package;
use mesh_index::vectors::encode;

/// A model, and where the vectors of one set of pages are kept.
#[derive(Clone, Debug)]
pub(crate) struct Vectors {
    model: Vec<u8>,
    kept: PathBuf,
}

impl Vectors {
    /// The model of the published package in `file`; vectors are kept in the folder beside it, by the name of their set.
    pub(crate) fn of_package(file: &Path, set: &str) -> Result<Self> {
        let bytes = fs::read(file).with_context(|| format!("reading `{}`", file.display()))?;
        Ok(Self {
            model: package::convert(&bytes)?,
            kept: file.with_file_name("vectors").join(set),
        })
    }

    /// Encodes what has no vector yet.
    pub(crate) fn put_beside(&self, corpus: &Path) -> Result<()> {
        let folder = corpus.join("vectors");
        let table = folder.join("passages.bin");
        fs::create_dir_all(&self.kept)?;
        fs::create_dir_all(&folder)?;
        let kept = self.kept.join("passages.bin");
        if kept.is_file() {
            fs::copy(&kept, &table)?;
        }
        encode(corpus, Some(self.model.clone()), &mut |_, _| {
            ControlFlow::Continue(())
        })?;
        fs::copy(&table, &kept)?;
        Ok(())
    }
}
