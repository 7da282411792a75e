use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mesh_index::ingest::Notes;
use mesh_index::{Passage, ingest};

/// Pages of the manual that say nothing themselves: the index under test, the table of contents, the licence.
const LEFT_OUT: [&str; 3] = ["bookindex.html", "index.html", "legalnotice.html"];

/// A page and what the reader makes of it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its path below the folder.
    pub name: String,
    pub passages: Vec<Passage>,
}

/// The HTML and Markdown pages below `folder`, by name.
pub fn read(folder: &Path) -> Result<Vec<Page>> {
    let mut names = Vec::new();
    find(folder, "", &mut names)?;
    names.sort();
    names
        .into_iter()
        .map(|name| read_page(folder, name))
        .collect()
}

fn find(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            find(&entry.path(), &format!("{name}/"), names)?;
        } else if name.ends_with(".md")
            || (name.ends_with(".html") && !LEFT_OUT.contains(&name.as_str()))
        {
            names.push(name);
        }
    }
    Ok(())
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
#[must_use]
pub fn text_bytes(pages: &[Page]) -> usize {
    let passages = pages.iter().flat_map(|page| &page.passages);
    passages.map(|passage| passage.text.len()).sum()
}
