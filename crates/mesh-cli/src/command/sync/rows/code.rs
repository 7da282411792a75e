use std::collections::BTreeSet;

use mesh_index::{CodePassage, Corpus, Linked, Record};
use mesh_tools::reading::Written;
use serde_json::json;

use super::{Row, known};

/// More names say no more of what a file is about.
const MAX_NAMED: usize = 40;

/// A source file, put together from its stretches.
pub(super) fn row(corpus: &Corpus, stretches: &[Record], written: &Written) -> Option<Row> {
    let stretches = || {
        stretches.iter().filter_map(|record| match record {
            Record::Code(stretch) => Some(stretch),
            _ => None,
        })
    };
    let first = stretches().next()?;
    let summary = summary(stretches());
    let text = match written.text.trim() {
        "" => String::new(),
        content => format!("{}\n{summary}\n\n{content}", first.path),
    };
    let columns = json!({
        "repository_name": first.repository,
        "file_path": first.path,
        "language": first.language,
        "content": written.text,
        "content_summary": summary,
        "line_count": first.line_count,
        "metadata": {"uri": written.uri, "url": corpus.link(Linked::File(&first.path))},
    });
    // A fresh checkout dates all files anew.
    let dates = json!({"last_modified": known(&first.last_modified)});
    Some(Row::new(&text, columns, dates))
}

/// What it defines, each name once.
fn summary<'a>(stretches: impl Iterator<Item = &'a CodePassage>) -> String {
    let mut seen = BTreeSet::new();
    let names = stretches.map(|stretch| stretch.symbol.as_str());
    let names = names.filter(|name| !name.is_empty() && seen.insert(*name));
    names.take(MAX_NAMED).collect::<Vec<_>>().join(", ")
}
