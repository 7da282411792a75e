//! The passages worth a closer look: BM25 over title, headings and text, by any of the words asked for.

use tantivy::collector::TopDocs;
use tantivy::query::{Bm25StatisticsProvider, BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyError, Term};

use super::Clauses;
use super::frequency::{Lengths, Saturation};
use super::parsed_query::{ParsedQuery, Rarity};
use crate::corpus::Snapshot;
use crate::record::Kind;

/// Twice as many find nothing more (measured on the development half), and each costs its share of the 15 ms a query has.
const MAX_BY_WORDS: usize = 80;

/// A word in the title or a heading says more about what a passage is about than one in its text. These weights only decide
/// who gets a closer look.
const TITLE_BOOST: f32 = 1.5;
const HEADING_BOOST: f32 = 2.5;

pub(super) fn gather(
    snapshot: &Snapshot,
    kind: Kind,
    asked: &ParsedQuery,
    clauses: Clauses<'_>,
) -> Result<Vec<DocAddress>, TantivyError> {
    let query = clauses.narrow(any_term(snapshot, kind, asked));
    let statistics = KindStatistics {
        searcher: &snapshot.searcher,
        passages: snapshot.passages(kind),
    };
    let top = TopDocs::with_limit(MAX_BY_WORDS).order_by_score();
    let found = snapshot
        .searcher
        .search_with_statistics_provider(&query, &top, &statistics)?;
    Ok(found.into_iter().map(|(_, address)| address).collect())
}

/// How long titles, headings and texts of a kind are on average, in words.
pub(super) fn usual_lengths(snapshot: &Snapshot, kind: Kind) -> Result<Lengths, TantivyError> {
    let fields = snapshot.fields.of(kind);
    let passages = snapshot.passages(kind).max(1) as f32;
    let usual = |field: Field| -> Result<f32, TantivyError> {
        Ok((snapshot.searcher.total_num_tokens(field)? as f32 / passages).max(1.0))
    };
    Ok(Lengths {
        title: usual(fields.title)?,
        headings: usual(fields.headings)?,
        body: usual(fields.body)?,
        saturation: Saturation::of(kind),
    })
}

/// How rare a term is among the passages of a kind.
pub(super) fn rarity(snapshot: &Snapshot, kind: Kind, term: &str) -> Result<Rarity, TantivyError> {
    let fields = snapshot.fields.of(kind);
    let mut most = 0;
    for field in [fields.title, fields.headings, fields.body] {
        let term = Term::from_field_text(field, term);
        most = most.max(snapshot.searcher.doc_freq(&term)?);
    }
    Ok(Rarity::of(snapshot.passages(kind), most))
}

fn any_term(snapshot: &Snapshot, kind: Kind, asked: &ParsedQuery) -> BooleanQuery {
    let fields = snapshot.fields.of(kind);
    let weighted = [
        (fields.title, for_sentences(TITLE_BOOST, asked)),
        (fields.headings, for_sentences(HEADING_BOOST, asked)),
        (fields.body, 1.0),
    ];
    let terms = asked.weighted_terms();
    let single = terms.iter().flat_map(|(term, share)| {
        weighted.map(|(field, boost)| term_query(field, term, boost * share))
    });
    let pairs = asked.pairs();
    let both = pairs.iter().flat_map(|terms| {
        weighted.map(|(field, boost)| -> Box<dyn Query> {
            let both = terms.map(|term| term_query(field, term, boost));
            Box::new(BooleanQuery::intersection(both.into()))
        })
    });
    BooleanQuery::union(single.chain(both).collect())
}

/// Of ten words a title rarely holds more than one or two, which say little by themselves.
fn for_sentences(boost: f32, asked: &ParsedQuery) -> f32 {
    boost + asked.sentence() * (1.0 - boost)
}

fn term_query(field: Field, term: &str, boost: f32) -> Box<dyn Query> {
    let term = Term::from_field_text(field, term);
    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), boost))
}

/// Rarity within a kind: to BM25 the passages of other kinds aren't there.
struct KindStatistics<'a> {
    searcher: &'a Searcher,
    passages: u64,
}

impl Bm25StatisticsProvider for KindStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> Result<u64, TantivyError> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> Result<u64, TantivyError> {
        // At least one, so that BM25 has an average length to divide by.
        Ok(self.passages.max(1))
    }

    fn doc_freq(&self, term: &Term) -> Result<u64, TantivyError> {
        // Deleted passages stay in the frequencies until they are merged away; BM25 needs all to be at least any.
        Ok(self.searcher.doc_freq(term)?.min(self.passages))
    }
}
