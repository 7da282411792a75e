use crate::record::Passage;
use crate::store::document_id;

impl Passage {
    /// The id of the document it belongs to, as [`crate::Corpus::document`] takes it.
    #[must_use]
    pub fn document_id(&self) -> String {
        document_id(&self.path)
    }
}
