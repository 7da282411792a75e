use std::fmt;

use super::Head;

/// What [`super::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub lines: usize,
    /// The first line that is none of a chain's, from 1.
    pub unreadable: Option<usize>,
    pub chains: Vec<ChainReport>,
}

/// What was found of one instance's lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    pub environment: String,
    pub instance: String,
    /// The number of its first line that is there. Where it is not 1 the lines before are in other files, or no longer kept.
    pub first: u64,
    /// Its last line that is there.
    pub last: Head,
    /// Whether an anchor says where it ends at the least.
    pub is_anchored: bool,
    /// The first fault.
    pub fault: Option<Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line at which it shows, from 1.
    pub line: usize,
    pub flaw: Flaw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// The line is not what was written.
    Changed,
    /// The line is none of the chain, or a second copy.
    Inserted,
    /// Lines before this one are missing: those of these numbers.
    Removed { from: u64, to: u64 },
    /// The line is not in its place.
    Moved,
    /// Lines behind this one are missing, up to this number at least.
    CutOff { anchored: u64 },
    /// The chain is not the one that was anchored, as which this line was known.
    Replaced,
}

impl Report {
    /// Whether every line is there as it was written, as far as lines and anchors can tell.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unreadable.is_none() && self.chains.iter().all(|chain| chain.fault.is_none())
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("was changed"),
            Self::Inserted => f.write_str("was put in"),
            Self::Removed { from, to } if from == to => {
                write!(f, "follows a gap: number {from} is missing")
            }
            Self::Removed { from, to } => {
                write!(f, "follows a gap: numbers {from} to {to} are missing")
            }
            Self::Moved => f.write_str("is not in its place"),
            Self::CutOff { anchored } => {
                write!(
                    f,
                    "is the last, and lines up to number {anchored} are missing"
                )
            }
            Self::Replaced => f.write_str("is not the one that was anchored"),
        }
    }
}
