//! What the tools that search the database have in common.

use std::time::Instant;

use mesh_clients::supabase::{SemanticSearch, Supabase, SupabaseError, VectorMatch};
use mesh_core::{Deadline, Parameter, Secret};

use crate::context::Context;
use crate::error::ToolError;
use crate::field::SearchMethod;
use crate::filtered::SourceQuery;
use crate::retrieval::Scale;

/// A question as the database takes it.
pub(crate) struct DatabaseQuery {
    /// None, where nobody can make one: the words are looked for alone.
    embedding: Option<Vec<f32>>,
    text: String,
    threshold: f32,
    max_results: u16,
    pub(crate) deadline: Deadline,
}

impl DatabaseQuery {
    /// `usual` is the threshold that the kind has where nothing is said.
    pub(crate) async fn of(
        cx: &Context<'_>,
        wanted: &SourceQuery,
        usual: f32,
    ) -> Result<Self, ToolError> {
        let embedding = match &wanted.vector {
            Some(known) => known.clone()?,
            None => in_half(cx).vector_of(&wanted.text).await?,
        };
        Ok(Self {
            embedding,
            text: wanted.text.clone(),
            threshold: Scale::COSINE.theirs(wanted.threshold.get(), usual),
            max_results: max_results(wanted),
            deadline: cx.request.deadline,
        })
    }

    pub(crate) const fn method(&self) -> SearchMethod {
        match self.embedding {
            Some(_) => SearchMethod::Vector,
            None => SearchMethod::Text,
        }
    }

    pub(crate) fn within<F>(&self, filters: F) -> SemanticSearch<'_, F> {
        SemanticSearch {
            embedding: self.embedding.as_deref(),
            text: Some(&self.text),
            threshold: self.threshold,
            max_results: self.max_results,
            filters,
        }
    }

    /// Among the passages of documents, of whichever kind.
    pub(crate) fn among_passages(&self) -> VectorMatch<'_> {
        VectorMatch {
            embedding: self.embedding.as_deref(),
            text: Some(&self.text),
            threshold: self.threshold,
            max_results: self.max_results,
            source_types: &[],
        }
    }
}

/// The other half is for the search, by words where there is no vector.
fn in_half<'a>(cx: &Context<'a>) -> Context<'a> {
    let now = Instant::now();
    let deadline = cx.request.deadline;
    cx.until(deadline.at_most(now, deadline.remaining(now) / 2))
}

pub(crate) fn max_results(wanted: &SourceQuery) -> u16 {
    u16::try_from(wanted.limit).unwrap_or(u16::MAX)
}

impl Context<'_> {
    /// The vector of a question, as those in the database were made; none, where no key of OpenAI is configured.
    pub(crate) async fn vector_of(&self, text: &str) -> Result<Option<Vec<f32>>, ToolError> {
        match self.vendors_with(&[Parameter::OpenAiApiKey]) {
            Some(_) => self.embedded(text).await.map(Some),
            None => Ok(None),
        }
    }

    /// Rows of the database, each made one of ours with its similarity on our scale. One that holds the words is there whatever
    /// its vector says, and is as good as what reaches the usual threshold.
    pub(crate) async fn rows<R, T, F>(
        &self,
        wanted: &SourceQuery,
        usual: f32,
        search: impl Fn(Supabase, Secret) -> F,
        row: impl Fn(R, f32) -> T,
        similarity: impl Fn(&R) -> f32,
    ) -> Result<Vec<T>, ToolError>
    where
        F: Future<Output = Result<Vec<R>, SupabaseError>>,
    {
        let found = self.database(search).await?;
        let ours = |one: R| {
            let score = Scale::COSINE.ours(similarity(&one), usual);
            (score.max(usual) >= wanted.threshold.get()).then(|| row(one, score.max(usual)))
        };
        Ok(found.into_iter().filter_map(ours).collect())
    }
}
