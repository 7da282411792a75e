use mesh_index::{Kind, Record};

use super::render;

/// A thing of the corpus as `fetch` writes it out, for whoever keeps a copy of it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its URI as a resource of this server.
    pub uri: String,
    pub title: String,
    /// Its path, as citations have it.
    pub path: String,
    pub text: String,
}

impl Written {
    /// What the records of one id are together; none where none is of that kind.
    #[must_use]
    pub fn of(records: &[Record], kind: Kind) -> Option<Self> {
        if records.iter().all(|record| record.kind() != kind) {
            return None;
        }
        let whole = render::of(records, Some(kind))?;
        Some(Self {
            uri: whole.address.uri(),
            title: whole.title,
            path: whole.path,
            text: whole.text,
        })
    }
}
