//! The passages that answer a question, from every source there is.

use futures::future::OptionFuture;
use mesh_index::Kind;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::Score;
use crate::filtered::SourceQuery;
use crate::knowledge::fused::fused;
use crate::knowledge::index::{self, Cited, NEAREST};
use crate::knowledge::{Citation, remote};
use crate::retrieval::{
    DATABASE, Ranked, SearchSource, Searched, SearchedSource, VECTOR_STORE, answered, asked,
    has_index, share,
};

#[derive(Clone)]
pub(super) struct PassageQuery {
    pub(super) text: String,
    pub(super) context: Option<String>,
    pub(super) limit: usize,
    pub(super) threshold: f32,
    /// Whether a passage is read whole, or quoted where it matches.
    pub(super) whole: bool,
}

impl PassageQuery {
    fn of_vendors(&self) -> SourceQuery {
        SourceQuery {
            text: self.text.clone(),
            limit: self.limit,
            threshold: Score::new(self.threshold),
            vector: None,
        }
    }
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
    question: &PassageQuery,
) -> Result<Retrieved, ToolError> {
    let has_index = has_index(cx, Kind::Knowledge);
    let store = cx.vendors_with(VECTOR_STORE).is_some();
    let database = cx.vendors_with(DATABASE).is_some();
    let share = match store || database {
        true => share(cx),
        false => cx.clone(),
    };
    let cx = &share;
    let wanted = &question.of_vendors();
    let mut cited = Cited::default();
    let index =
        has_index.then(|| asked(SearchSource::Index, cx, in_index(cx, question, &mut cited)));
    let store = store.then(|| {
        asked(
            SearchSource::VectorStore,
            cx,
            remote::in_vector_store(cx, wanted),
        )
    });
    let database =
        database.then(|| asked(SearchSource::Database, cx, remote::in_database(cx, wanted)));
    let (index, store, database) = futures::future::join3(
        OptionFuture::from(index),
        OptionFuture::from(store),
        OptionFuture::from(database),
    )
    .await;
    // The database before the store: it looks for the words, too.
    let all = [index, database, store];
    together(all.into_iter().flatten(), cited, question)
}

/// The rest of what the index has to say goes to `cited`.
async fn in_index(
    cx: &Context<'_>,
    question: &PassageQuery,
    cited: &mut Cited,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let handle = &cx.services.corpus_handle;
    handle.arrive(cx.request.deadline).await?;
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
    all: impl Iterator<Item = Searched<Ranked<Citation>>>,
    mut cited: Cited,
    question: &PassageQuery,
) -> Result<Retrieved, ToolError> {
    let (lists, sources) = answered(all)?;
    let in_index = cited.total;
    let (mut found, others): (Vec<_>, Vec<_>) = fused(lists)
        .into_iter()
        .partition(|found| found.score >= question.threshold);
    cited.total = in_index.max(found.len());
    found.truncate(question.limit);
    let best = found.iter().chain(&others).map(|found| found.score);
    cited.best = best.fold(cited.best, f32::max);
    cited.citations = found.into_iter().map(|one| one.item).collect();
    if cited.citations.is_empty() {
        cited.nearest.extend(others.into_iter().map(|one| one.item));
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
