use std::collections::BTreeSet;

use super::report::{Finding, Verdict};

/// What the server says of itself, in each place where it does.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) names: Said<String>,
    pub(super) versions: Said<String>,
    /// Fingerprints of the corpus.
    pub(super) corpora: Said<String>,
    /// Names of tools.
    pub(super) tools: Said<BTreeSet<String>>,
    /// How much there is of each kind, by `/health`.
    pub(super) documents: Vec<(String, u64)>,
    /// What is searched where there is no corpus, by the same.
    pub(super) in_place_of_corpus: Vec<String>,
}

/// One thing that is said in several places.
#[derive(Debug)]
pub(super) struct Said<T>(Vec<(String, T)>);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Said<T> {
    pub(super) fn note(&mut self, place: &str, value: T) {
        self.0.push((place.to_owned(), value));
    }

    /// What was said first.
    pub(super) fn first(&self) -> Option<&T> {
        self.0.first().map(|(_, value)| value)
    }

    /// The first place, and one that says something else.
    fn differing(&self) -> Option<[&(String, T); 2]> {
        let first = self.0.first()?;
        let other = self.0.iter().find(|said| said.1 != first.1)?;
        Some([first, other])
    }
}

impl Said<String> {
    /// What is wrong where two places say different things.
    pub(super) fn disagreement(&self) -> Option<String> {
        let [(place, value), (elsewhere, other)] = self.differing()?;
        Some(format!(
            "{place} says `{value}`, and {elsewhere} says `{other}`"
        ))
    }
}

impl Said<BTreeSet<String>> {
    pub(super) fn disagreement(&self) -> Option<String> {
        let [(place, value), (elsewhere, other)] = self.differing()?;
        let lacks = |place: &str, names: Vec<&String>| {
            let names = names.iter().map(|name| format!("`{name}`"));
            let names = names.collect::<Vec<_>>().join(", ");
            (!names.is_empty()).then(|| format!("{place} lacks {names}"))
        };
        let differences = [
            lacks(elsewhere, value.difference(other).collect()),
            lacks(place, other.difference(value).collect()),
        ];
        let differences = differences.into_iter().flatten().collect::<Vec<_>>();
        Some(format!(
            "the lists of tools differ: beside {place} and {elsewhere}, {}",
            differences.join("; ")
        ))
    }
}

/// While a canary is out two versions answer in turn, and what they say of themselves differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versions {
    One,
    Two,
}

impl Versions {
    /// A disagreement, judged.
    pub(super) fn judge(self, disagreement: String) -> Finding {
        let verdict = match self {
            Self::One => Verdict::Fail,
            Self::Two => Verdict::Warn,
        };
        Finding {
            verdict,
            detail: disagreement,
        }
    }
}
