use std::fs;
use std::path::Path;

use anyhow::Result;
use mesh_index::ingest::Notes;
use mesh_index::{Passage, ingest};

use super::archive;

/// Pages of the manual that say nothing themselves: the index under test, the table of contents, the licence.
const LEFT_OUT: [&str; 3] = ["bookindex.html", "index.html", "legalnotice.html"];

/// A page and what the reader makes of it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its path below the folder.
    pub(crate) name: String,
    pub(crate) passages: Vec<Passage>,
}

/// The HTML and Markdown pages below `folder`, by name.
pub(crate) fn read(folder: &Path) -> Result<Vec<Page>> {
    archive::files(folder)?
        .into_iter()
        .filter(|name| is_page(name))
        .map(|name| read_page(folder, name))
        .collect()
}

fn is_page(name: &str) -> bool {
    name.ends_with(".md") || (name.ends_with(".html") && !LEFT_OUT.contains(&name))
}

fn read_page(folder: &Path, name: String) -> Result<Page> {
    let bytes = fs::read(folder.join(&name))?;
    let read = if name.ends_with(".md") {
        ingest::markdown::read
    } else {
        ingest::html::read
    };
    let passages = read(&name, &bytes, &mut Notes::default())
        .map_err(|reason| anyhow::anyhow!("`{name}` can't be read: {reason:?}"))?;
    Ok(Page { name, passages })
}

/// How much text there is, in bytes.
pub(crate) fn text_bytes(pages: &[Page]) -> usize {
    let passages = pages.iter().flat_map(|page| &page.passages);
    passages.map(|passage| passage.text.len()).sum()
}
