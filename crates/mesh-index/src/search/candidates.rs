//! The passages worth a closer look: BM25 over title, headings and text, by any of the words asked for.

use tantivy::collector::TopDocs;
use tantivy::query::{Bm25StatisticsProvider, BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyError, Term};

use super::Clauses;
use super::asked::{Asked, Rarity};
use crate::corpus::Snapshot;
use crate::record::Kind;

/// Twice as many find nothing more (measured on the development half), and each costs its share of the 15 ms a query has.
const MOST_CANDIDATES: usize = 80;

/// A word in the title or a heading says more about what a passage is about than one in its text. These weights only decide
/// who gets a closer look.
const TITLE_BOOST: f32 = 1.5;
const HEADING_BOOST: f32 = 2.5;

pub(super) fn gather(
    snapshot: &Snapshot,
    kind: Kind,
    asked: &Asked,
    clauses: Clauses<'_>,
) -> Result<Vec<DocAddress>, TantivyError> {
    let query = clauses.narrow(any_term(snapshot, kind, asked));
    let statistics = KindStatistics {
        searcher: &snapshot.searcher,
        passages: snapshot.passages(kind),
    };
    let top = TopDocs::with_limit(MOST_CANDIDATES).order_by_score();
    let found = snapshot
        .searcher
        .search_with_statistics_provider(&query, &top, &statistics)?;
    Ok(found.into_iter().map(|(_, address)| address).collect())
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

fn any_term(snapshot: &Snapshot, kind: Kind, asked: &Asked) -> BooleanQuery {
    let fields = snapshot.fields.of(kind);
    let mut terms: Vec<&str> = asked.terms.keys().map(String::as_str).collect();
    terms.sort_unstable();
    let weighted = [
        (fields.title, TITLE_BOOST),
        (fields.headings, HEADING_BOOST),
        (fields.body, 1.0),
    ];
    let queries = terms.iter().flat_map(|term| {
        weighted
            .iter()
            .map(|(field, boost)| term_query(*field, term, *boost))
    });
    BooleanQuery::union(queries.collect())
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
