use std::collections::BTreeSet;

use serde::Deserialize;

/// A question, and the pages that people named as its answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Question {
    #[serde(rename = "q")]
    pub text: String,
    #[serde(rename = "rel")]
    pub pages: BTreeSet<String>,
}
