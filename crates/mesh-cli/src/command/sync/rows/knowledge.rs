use mesh_index::{Corpus, Hit, Passage};
use mesh_tools::knowledge::Citation;
use serde_json::json;

use super::Row;

pub(super) const TYPE: &str = "knowledge";

/// A passage as it is cited.
pub(super) fn row(corpus: &Corpus, passage: Passage) -> Row {
    let (id, content) = (passage.id.clone(), passage.text.clone());
    let cited = Citation::linked(
        corpus,
        Hit {
            score: 1.0,
            quote: String::new(),
            item: passage,
        },
    );
    let text = match content.trim() {
        "" => String::new(),
        content => format!("{}\n\n{content}", cited.place()),
    };
    let columns = json!({
        "source_type": TYPE,
        "source_id": id,
        "content": content,
        "metadata": {"title": cited.title, "path": cited.path, "uri": cited.uri, "url": cited.url},
    });
    let now = jiff::Timestamp::now().to_string();
    Row::new(&text, columns, json!({"updated_at": now}))
}
