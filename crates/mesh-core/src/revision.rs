/// A revision of MCP, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revision {
    V2024_11_05,
    V2025_03_26,
    V2025_06_18,
    V2025_11_25,
    V2026_07_28,
}

impl Revision {
    /// Those that open with `initialize`.
    pub const HANDSHAKE: [Self; 4] = [
        Self::V2024_11_05,
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
    ];

    /// In the order of the revisions, texts are sorted too: one that is not known yet comes after all of them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// The revision with `initialize` that is called so.
    #[must_use]
    pub fn of_handshake(text: &str) -> Option<Self> {
        let mut all = Self::HANDSHAKE.into_iter();
        all.find(|revision| revision.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_and_their_names_have_one_order() {
        let newest = Revision::V2026_07_28;
        for (older, newer) in Revision::HANDSHAKE.iter().zip(&Revision::HANDSHAKE[1..]) {
            assert!(older < newer && older.as_str() < newer.as_str());
            assert!(*newer < newest && newer.as_str() < newest.as_str());
            assert_eq!(Revision::of_handshake(older.as_str()), Some(*older));
        }
        assert_eq!(Revision::of_handshake(newest.as_str()), None);
    }
}
