use mesh_core::Parameter;
use mesh_index::Kind;

use crate::family::Family;

/// What a tool, resource or prompt cannot work without: where it is absent, they are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// At least one thing of this kind in the corpus.
    Corpus(Kind),
    /// A value of this parameter.
    Secret(Parameter),
    /// The operator has this family switched on.
    On(Family),
    /// Each of these.
    All(&'static [Self]),
    /// One of these, whichever.
    Any(&'static [Self]),
}

impl Needs {
    pub const NOTHING: Self = Self::All(&[]);
    /// Anything at all in the corpus.
    pub const ANY_CORPUS: Self = Self::Any(&[
        Self::Corpus(Kind::Knowledge),
        Self::Corpus(Kind::Ticket),
        Self::Corpus(Kind::Commit),
        Self::Corpus(Kind::Code),
        Self::Corpus(Kind::Mail),
    ]);

    /// Whether they are met, where `is_met` knows it of a [`Self::Corpus`], a [`Self::Secret`] and [`Self::On`].
    #[must_use]
    pub fn are_met(self, is_met: &dyn Fn(Self) -> bool) -> bool {
        match self {
            Self::All(each) => each.iter().all(|needs| needs.are_met(is_met)),
            Self::Any(several) => several.iter().any(|needs| needs.are_met(is_met)),
            one => is_met(one),
        }
    }

    /// The kinds of the corpus that are among them.
    #[must_use]
    pub fn kinds(self) -> Vec<Kind> {
        match self {
            Self::Corpus(kind) => vec![kind],
            Self::Secret(_) | Self::On(_) => Vec::new(),
            Self::All(needs) | Self::Any(needs) => {
                needs.iter().flat_map(|needs| needs.kinds()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_all_and_one_of_any_is_enough() {
        const TICKETS: Needs = Needs::Corpus(Kind::Ticket);
        const DATABASE: Needs = Needs::All(&[
            Needs::Secret(Parameter::SupabaseUrl),
            Needs::Secret(Parameter::SupabaseServiceRoleKey),
        ]);
        const EITHER: Needs = Needs::Any(&[TICKETS, DATABASE]);
        let met = |there: &[Needs]| EITHER.are_met(&|one| there.contains(&one));
        assert!(met(&[TICKETS]));
        assert!(!met(&[Needs::Secret(Parameter::SupabaseUrl)]));
        assert!(met(&[
            Needs::Secret(Parameter::SupabaseUrl),
            Needs::Secret(Parameter::SupabaseServiceRoleKey),
        ]));
        assert!(Needs::NOTHING.are_met(&|_| false));
        assert_eq!(EITHER.kinds(), [Kind::Ticket]);
    }

    #[test]
    fn any_corpus_is_every_kind() {
        assert_eq!(Needs::ANY_CORPUS.kinds(), Kind::ALL);
    }
}
