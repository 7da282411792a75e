//! Stable names: the same place in the same file has the same id in every run.

use mesh_core::hex;
use sha2::{Digest, Sha256};

/// 80 bits: among a hundred million passages the chance that any two meet is below one in ten million.
const ID_BYTES: usize = 10;

/// The id of the thing these parts lead to; parts are kept apart, so `["ab", "c"]` is not `["a", "bc"]`.
pub(crate) fn derive(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize()[..ID_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(derive(&["ab", "c"]), derive(&["a", "bc"]));
        assert_eq!(derive(&["a"]).len(), 20);
    }
}
