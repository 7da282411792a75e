//! What the formats of offices share: zip archives of XML parts.

pub(super) mod drawn;
pub(super) mod package;
pub(super) mod relations;
pub(super) mod sheets;
pub(super) mod table;
pub(super) mod xml;
