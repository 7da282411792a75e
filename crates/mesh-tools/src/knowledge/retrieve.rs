//! The passages that answer a question, from every source there is.

use std::collections::HashSet;

use futures::future::OptionFuture;
use mesh_index::Kind;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::Score;
use crate::knowledge::index::{self, Cited, NEAREST};
use crate::knowledge::{Citation, remote};
use crate::retrieval::{DATABASE, Ranked, Searched, SearchedSource, asked, fuse, share};

#[derive(Clone)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) context: Option<String>,
    pub(super) limit: usize,
    pub(super) threshold: f32,
    /// Whether a passage is read whole, or quoted where it matches.
    pub(super) whole: bool,
}

pub(super) struct Retrieved {
    pub(super) found: Cited,
    pub(super) sources: Vec<SearchedSource>,
}

/// Asks all at once. With vendors among them the search has two fifths of the time that is left: the rest is for writing.
///
/// # Errors
/// Where no source answered: that nothing matches would be a guess.
pub(super) async fn retrieve(
    cx: &Context<'_>,
    question: &Question,
) -> Result<Retrieved, ToolError> {
    let has_index = cx
        .services
        .corpus()
        .is_some_and(|corpus| corpus.has(Kind::Knowledge));
    let store = cx.vendors_with(remote::VECTOR_STORE).is_some();
    let database = cx.vendors_with(DATABASE).is_some();
    let share = match store || database {
        true => share(cx),
        false => cx.clone(),
    };
    let cx = &share;
    let mut cited = Cited::default();
    let index = has_index.then(|| asked("index", cx, in_index(cx, question, &mut cited)));
    let store = store.then(|| asked("vectorStore", cx, remote::vector_store(cx, question)));
    let database = database.then(|| asked("database", cx, remote::database(cx, question)));
    let (index, store, database) = futures::future::join3(
        OptionFuture::from(index),
        OptionFuture::from(store),
        OptionFuture::from(database),
    )
    .await;
    let all = [index, store, database];
    together(all.into_iter().flatten().collect(), cited, question)
}

/// The rest of what the index has to say goes to `cited`.
async fn in_index(
    cx: &Context<'_>,
    question: &Question,
    cited: &mut Cited,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let question = question.clone();
    *cited = cx
        .search(move |corpus| index::search(corpus, &question))
        .await?;
    Ok(ranked(std::mem::take(&mut cited.citations)))
}

fn ranked(citations: Vec<Citation>) -> Vec<Ranked<Citation>> {
    let ranked = citations.into_iter().map(|item| Ranked {
        score: item.score.get(),
        item,
    });
    ranked.collect()
}

fn together(
    all: Vec<Searched<Ranked<Citation>>>,
    mut cited: Cited,
    question: &Question,
) -> Result<Retrieved, ToolError> {
    let (mut lists, mut sources, mut fault) = (Vec::new(), Vec::new(), None);
    for one in all {
        sources.push(one.report);
        match one.found {
            Ok(found) => lists.push(found.into_iter().map(Candidate::of).collect()),
            Err(error @ ToolError::InvalidArguments(_)) => return Err(error),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    if let Some(fault) = fault.filter(|_| lists.is_empty()) {
        return Err(fault);
    }
    let in_index = cited.total;
    let fused = fuse(lists, Candidate::is_same);
    let (mut found, others): (Vec<_>, Vec<_>) = fused
        .into_iter()
        .partition(|found| found.score >= question.threshold);
    cited.total = in_index.max(found.len());
    found.truncate(question.limit);
    let best = found.iter().chain(&others).map(|found| found.score);
    cited.best = best.fold(cited.best, f32::max);
    cited.citations = found.into_iter().map(citation).collect();
    if cited.citations.is_empty() {
        cited.nearest.extend(others.into_iter().map(citation));
        cited
            .nearest
            .sort_by(|a, b| b.score.get().total_cmp(&a.score.get()));
        cited.nearest.truncate(NEAREST);
    }
    Ok(Retrieved {
        found: cited,
        sources,
    })
}

fn citation(found: Ranked<Candidate>) -> Citation {
    Citation {
        score: Score::new(found.score),
        ..found.item.citation
    }
}

/// A passage, and what tells it from others.
struct Candidate {
    citation: Citation,
    words: HashSet<String>,
}

/// Sources cut a document at different places: so much of the shorter passage has to be in the other.
const SAME: f32 = 0.8;

impl Candidate {
    fn of(found: Ranked<Citation>) -> Ranked<Self> {
        let citation = found.item;
        let words = citation.quote.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        Ranked {
            score: found.score,
            item: Self {
                words: words.map(str::to_lowercase).collect(),
                citation,
            },
        }
    }

    /// Whether both are the same passage, as far as can be told.
    fn is_same(&self, other: &Self) -> bool {
        let shared = self.words.intersection(&other.words).count() as f32;
        let shorter = self.words.len().min(other.words.len()) as f32;
        let (one, two) = (self.path(), other.path());
        let is_same_file = is_end_of(&one, &two) || is_end_of(&two, &one);
        shorter > 0.0 && shared >= SAME * shorter && is_same_file
    }

    /// The path of the document, without where in it the passage stands.
    fn path(&self) -> String {
        let path = self.citation.path.split('#').next().unwrap_or_default();
        let path = match path.rsplit_once(':') {
            Some((path, line)) if line.bytes().all(|b| b.is_ascii_digit()) => path,
            _ => path,
        };
        path.to_lowercase()
    }
}

/// Vendors keep less of a path, or none of it but the name.
fn is_end_of(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|front| front.is_empty() || front.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(path: &str, quote: &str) -> Candidate {
        let citation = Citation {
            path: path.to_owned(),
            title: String::new(),
            score: Score::new(0.5),
            quote: quote.to_owned(),
            uri: String::new(),
            url: None,
            headings: Vec::new(),
            line: None,
            page: None,
        };
        let found = Ranked {
            item: citation,
            score: 0.5,
        };
        Candidate::of(found).item
    }

    #[test]
    fn a_passage_is_known_again_in_another_cut() {
        let whole = candidate(
            "docs/Returns.md:12",
            "Goods go back within fourteen days, unworn.",
        );
        let part = candidate("returns.md", "Goods go back within fourteen days");
        assert!(whole.is_same(&part) && part.is_same(&whole));
        assert!(!whole.is_same(&candidate("returns.md", "Postage is not refunded")));
        assert!(!whole.is_same(&candidate("terms.md", "Goods go back within fourteen days")));
        assert!(!whole.is_same(&candidate("returns.md", "")));
        let elsewhere = candidate("old/returns.md", "Goods go back within fourteen days");
        assert!(!whole.is_same(&elsewhere));
    }
}
