//! Where the links of a sheet lead: they stand behind its rows.

use std::collections::HashMap;

use super::{KIND, column_of};
use crate::ingest::office::package::Package;
use crate::ingest::office::relations;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::skip::SkipReason;

/// By row and column; of a link over several cells the first has it.
pub(in crate::ingest) fn links(
    package: &mut Package<'_>,
    sheet: &str,
) -> Result<HashMap<(u32, usize), String>, SkipReason> {
    let targets = relations::links(package, KIND, sheet)?;
    let mut links = HashMap::new();
    if targets.is_empty() {
        return Ok(links);
    }
    let part = package.part(sheet)?.unwrap_or_default();
    for node in xml::nodes(KIND, &part) {
        if let Node::Start(tag) = node?
            && xml::name(&tag) == "hyperlink"
            && let Some(target) = xml::prefixed(&tag, "id").and_then(|id| targets.get(&*id))
            && let Some(cell) = xml::value(&tag, "ref").and_then(|cell| place(&cell))
        {
            links.insert(cell, target.clone());
        }
    }
    Ok(links)
}

/// The first of `B2:C3`.
fn place(cells: &str) -> Option<(u32, usize)> {
    let cell = cells.split(':').next()?;
    let row = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    Some((row.parse().ok()?, column_of(cell)?))
}
