//! `large-corpus MANUAL FOLDER`: a corpus of 100,000 passages, the manual's and retellings of them.

use std::path::Path;

use anyhow::{Result, bail};
use mesh_eval::bulk::multiply;
use mesh_eval::contestant::Mesh;
use mesh_eval::pages;

const PASSAGES: usize = 100_000;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [manual, folder] = &*arguments else {
        bail!("usage: large-corpus MANUAL FOLDER");
    };
    let pages = pages::read(Path::new(manual))?;
    Mesh::index(Path::new(folder), &multiply(&pages, PASSAGES))?;
    Ok(())
}
