use tantivy::TantivyError;

use crate::store::trouble::told;

/// Why a search has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the query is empty; say what to look for, or give a filter")]
    EmptyQuery,
    #[error("`{field}` can't be used: {why}")]
    BadFilter { field: &'static str, why: String },
    #[error("the cursor isn't one that was handed out; begin without a cursor")]
    BadCursor,
    #[error("stopped: its time was over, or its caller left")]
    CutOff,
    #[error("the corpus is damaged; index again: {}", told(.0))]
    Broken(#[from] TantivyError),
}
