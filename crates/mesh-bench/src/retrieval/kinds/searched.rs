use std::path::Path;

use anyhow::{Result, bail};
use mesh_index::corpus::Corpus;
use mesh_index::search::{
    CodeFilter, CommitFilter, DEFAULT_THRESHOLD_CODE, DEFAULT_THRESHOLD_COMMITS,
    DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_MAIL, DEFAULT_THRESHOLD_TICKETS, Found,
    MailFilter, Query, TicketFilter,
};
use mesh_index::store::{Source, SourceKind, Writer};
use mesh_index::{Kind, Record};

use super::id;
use crate::retrieval::contestant::Contestant;

/// The index under test, searched for one kind.
#[derive(Debug)]
pub(crate) struct Searched {
    corpus: Corpus,
    kind: Kind,
}

impl Searched {
    pub(crate) fn index(folder: &Path, kind: Kind, records: &[Record]) -> Result<Self> {
        let source = Source {
            kind: source_kind(kind),
            path: "set".to_owned(),
        };
        let mut writer = Writer::open(folder, None)?;
        writer.set_sources(vec![source.clone()]);
        writer.put_file(&source, "set", "1", records.to_vec())?;
        writer.commit()?;
        let corpus = Corpus::open(folder)?;
        Ok(Self { corpus, kind })
    }

    /// The score from which on the tools show a hit of this kind.
    pub(crate) const fn threshold(&self) -> f32 {
        match self.kind {
            Kind::Knowledge => DEFAULT_THRESHOLD_KNOWLEDGE,
            Kind::Ticket => DEFAULT_THRESHOLD_TICKETS,
            Kind::Commit => DEFAULT_THRESHOLD_COMMITS,
            Kind::Code => DEFAULT_THRESHOLD_CODE,
            Kind::Mail => DEFAULT_THRESHOLD_MAIL,
        }
    }

    /// The best score for a question, shown or not.
    pub(crate) fn best_score(&self, question: &str) -> Result<f32> {
        Ok(self.search(question, 1)?.best)
    }

    fn search(&self, text: &str, limit: usize) -> Result<Ids> {
        let query = Query {
            text,
            limit,
            threshold: 0.0,
        };
        let corpus = &self.corpus;
        Ok(match self.kind {
            Kind::Ticket => ids(
                corpus.search_tickets(&query, &TicketFilter::default())?,
                Record::Ticket,
            ),
            Kind::Commit => ids(
                corpus.search_commits(&query, &CommitFilter::default())?,
                Record::Commit,
            ),
            Kind::Code => ids(
                corpus.search_code(&query, &CodeFilter::default())?,
                Record::Code,
            ),
            Kind::Mail => ids(
                corpus.search_mail(&query, &MailFilter::default())?,
                Record::Mail,
            ),
            Kind::Knowledge => bail!("pages are searched by `Mesh`"),
        })
    }
}

impl Contestant for Searched {
    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>> {
        Ok(self.search(query, limit)?.ids)
    }
}

struct Ids {
    ids: Vec<String>,
    best: f32,
}

fn ids<T>(found: Found<T>, record: impl Fn(T) -> Record) -> Ids {
    let records = found.hits.into_iter().map(|hit| record(hit.item));
    Ids {
        ids: records.map(|record| id(&record).to_owned()).collect(),
        best: found.best,
    }
}

const fn source_kind(kind: Kind) -> SourceKind {
    match kind {
        Kind::Knowledge => SourceKind::Knowledge,
        Kind::Ticket => SourceKind::Tickets,
        Kind::Commit => SourceKind::Git,
        Kind::Code => SourceKind::Code,
        Kind::Mail => SourceKind::Mail,
    }
}
