use std::fmt;
use std::ops::Range;

/// Everything that is wrong with a policy file, in the order of its lines; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFaults {
    faults: Vec<PolicyFault>,
    /// How many more there are.
    more: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The line of the file, from 1.
    pub line: usize,
    pub sentence: String,
}

impl PolicyFaults {
    pub fn iter(&self) -> impl Iterator<Item = &PolicyFault> {
        self.faults.iter()
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.sentence)
    }
}

impl fmt::Display for PolicyFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            let between = if at == 0 { "" } else { "\n" };
            write!(f, "{between}{fault}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for PolicyFaults {}

/// The faults found so far in a text, and its lines.
pub(super) struct Found {
    line_starts: Vec<usize>,
    faults: Vec<PolicyFault>,
    more: usize,
}

impl Found {
    /// Who has more to mend reads the file again anyway.
    const MAX: usize = 50;

    pub(super) fn in_text(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            line_starts: ends.map(|(at, _)| at + 1).collect(),
            faults: Vec::new(),
            more: 0,
        }
    }

    pub(super) fn line(&self, at: &Range<usize>) -> usize {
        self.line_starts.partition_point(|start| *start <= at.start) + 1
    }

    pub(super) fn add(&mut self, at: &Range<usize>, sentence: impl Into<String>) {
        if self.faults.len() == Self::MAX {
            self.more += 1;
            return;
        }
        self.faults.push(PolicyFault {
            line: self.line(at),
            sentence: sentence.into(),
        });
    }

    /// # Errors
    /// Where anything was found.
    pub(super) fn refuse(mut self) -> Result<(), PolicyFaults> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.sort_by_key(|fault| fault.line);
        Err(PolicyFaults {
            faults: self.faults,
            more: self.more,
        })
    }
}
