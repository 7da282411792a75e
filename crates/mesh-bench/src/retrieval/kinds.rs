//! Judged questions for what is not documentation: code, commits, mail and tickets. `sets/README.md` says where each is from.

mod plain;
mod read;
mod searched;

use std::path::Path;

use anyhow::Result;
use mesh_index::{Kind, Record};

use crate::retrieval::archive;
use crate::retrieval::half::Half;
use crate::retrieval::pages::Page;
use crate::retrieval::question::Question;

pub(crate) use searched::Searched;

/// The archives of `sets/` that hold such questions, and of which kind each is.
pub(crate) const SETS: [(&str, Kind); 5] = [
    ("code", Kind::Code),
    ("code-bare", Kind::Code),
    ("commits", Kind::Commit),
    ("tickets", Kind::Ticket),
    ("mail", Kind::Mail),
];

/// Records of a kind as our readers give them, and questions of which people said what answers them.
#[derive(Clone, Debug)]
pub(crate) struct KindSet {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) records: Vec<Record>,
    /// Their answers are ids of records, as [`id`] gives them.
    pub(crate) questions: Vec<Question>,
}

impl KindSet {
    /// An archive of `sets/`, unpacked below `folder`.
    pub(crate) fn of_archive(name: &'static str, kind: Kind, folder: &Path) -> Result<Self> {
        let (mut questions, files) = archive::unpack(name, folder)?;
        let records = read::records(kind, &files)?;
        if kind == Kind::Code {
            read::name_passages(&mut questions, &records)?;
        }
        Ok(Self {
            name,
            kind,
            records,
            questions,
        })
    }

    pub(crate) fn half(&self, half: Half) -> Vec<Question> {
        half.take(&self.questions, 0)
    }

    /// The same records for the baselines.
    pub(crate) fn pages(&self) -> Vec<Page> {
        self.records.iter().map(plain::page).collect()
    }
}

/// What a record is called in the judgements.
fn id(record: &Record) -> &str {
    match record {
        Record::Knowledge(passage) => &passage.id,
        Record::Ticket(ticket) => &ticket.key,
        Record::Commit(commit) => &commit.hash,
        Record::Code(passage) => &passage.id,
        Record::Mail(mail) => &mail.id,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn every_question_is_answered_by_a_record_that_is_there() -> Result<()> {
        for (name, kind) in SETS {
            let folder = TempDir::new()?;
            let set = KindSet::of_archive(name, kind, folder.path())?;
            let ids: BTreeSet<&str> = set.records.iter().map(id).collect();
            assert!(set.questions.len() >= 50, "{name} has too few questions");
            for question in &set.questions {
                let answers = &question.pages;
                let known = answers.iter().all(|answer| ids.contains(answer.as_str()));
                assert!(known && !answers.is_empty(), "{name}: {question:?}");
            }
        }
        Ok(())
    }
}
