use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::{Anchored, Head};

/// What [`super::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub lines: usize,
    /// The first line that is none of a chain's, from 1.
    pub unreadable: Option<usize>,
    pub chains: Vec<ChainReport>,
    /// The moment of its first line.
    pub began: Option<Timestamp>,
    /// Chains of which heads were kept, and no line is there.
    pub gone: Vec<Gone>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub environment: String,
    pub instance: String,
    /// Up to this number at least its lines are missing.
    pub anchored: u64,
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
    /// Notes which of these chains are not there at all. A record is of certain environments: nothing is missed of others, nor
    /// of chains of which nothing was kept since it began.
    pub fn miss(&mut self, anchored: &BTreeMap<(String, String), Anchored>) {
        let (chains, began) = (&self.chains, self.began);
        let is_of_record = |environment: &str| {
            chains.is_empty() || chains.iter().any(|chain| chain.environment == environment)
        };
        let is_there = |environment: &str, instance: &str| {
            let mut chains = chains.iter();
            chains.any(|chain| chain.environment == environment && chain.instance == instance)
        };
        let gone = anchored.iter().filter(|((environment, instance), kept)| {
            kept.head.seq > 0
                && began.is_none_or(|began| kept.at >= began)
                && is_of_record(environment)
                && !is_there(environment, instance)
        });
        let gone = gone.map(|((environment, instance), kept)| Gone {
            environment: environment.clone(),
            instance: instance.clone(),
            anchored: kept.head.seq,
        });
        self.gone = gone.collect();
    }

    /// Whether every line is there as it was written, as far as lines and anchors can tell.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unreadable.is_none()
            && self.gone.is_empty()
            && self.chains.iter().all(|chain| chain.fault.is_none())
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
