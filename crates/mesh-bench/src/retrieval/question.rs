use std::collections::BTreeSet;

use serde::Deserialize;

/// A question, and the pages that people named as its answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Question {
    #[serde(rename = "q")]
    pub(crate) text: String,
    #[serde(rename = "rel")]
    pub(crate) pages: BTreeSet<String>,
}
