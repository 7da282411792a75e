use mesh_core::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret that is written into a file which its owner alone reads, and nowhere else.
#[derive(Clone, Debug)]
pub(in super::super) struct Kept(Secret);

impl Kept {
    pub(in super::super) const fn new(secret: Secret) -> Self {
        Self(secret)
    }

    pub(super) const fn secret(&self) -> &Secret {
        &self.0
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.reveal() == other.0.reveal()
    }
}

impl Eq for Kept {}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.reveal())
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        String::deserialize(value).map(|secret| Self(Secret::new(secret)))
    }
}
