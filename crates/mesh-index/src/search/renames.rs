//! Files by the paths that they had before, as `git log --follow` finds them.

use std::collections::{BTreeSet, HashMap};

use tantivy::{Searcher, TantivyError};

use crate::store::Fields;

/// Few files had as many; a part of a path that is a folder's may match a whole tree.
const MAX_PATHS: usize = 1_000;

/// What the files with `part` in their path were called before. An earlier path may be another file's now: it counts for
/// both, since nothing says when it was whose.
pub(super) fn earlier_paths(
    searcher: &Searcher,
    fields: &Fields,
    part: &str,
) -> Result<BTreeSet<String>, TantivyError> {
    let renames = renames(searcher, fields)?;
    let mut waiting: Vec<&String> = renames
        .iter()
        .filter(|(to, _)| to.contains(part))
        .flat_map(|(_, earlier)| earlier)
        .collect();
    let mut paths = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if paths.len() == MAX_PATHS {
            break;
        }
        if paths.insert(path.clone()) {
            waiting.extend(renames.get(path).into_iter().flatten());
        }
    }
    Ok(paths)
}

/// Every path that was given to a file, and which it had before.
fn renames(
    searcher: &Searcher,
    fields: &Fields,
) -> Result<HashMap<String, Vec<String>>, TantivyError> {
    let mut renames: HashMap<String, Vec<String>> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.renamed)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            let term = String::from_utf8_lossy(terms.key());
            if let Some((to, from)) = term.split_once('\0') {
                renames
                    .entry(to.to_owned())
                    .or_default()
                    .push(from.to_owned());
            }
        }
    }
    Ok(renames)
}
