use std::time::Instant;

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;

/// Where a tool searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SearchSource {
    Index,
    VectorStore,
    Database,
}

impl SearchSource {
    /// As people call it.
    pub(crate) const fn spoken(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::VectorStore => "vector store",
            Self::Database => "database",
        }
    }
}

/// What became of the search in one source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SearchedSource {
    pub name: SearchSource,
    pub state: SourceState,
    /// How many results it gave.
    pub results: usize,
    /// Milliseconds.
    pub latency: u64,
    /// Why it was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceState {
    Searched,
    /// It answered, and has nothing.
    Empty,
    /// It did not answer in its share of the time.
    Late,
    Failed,
}

/// The results of one source, and what to tell of it.
#[derive(Debug)]
pub(crate) struct Searched<T> {
    pub(crate) found: Result<Vec<T>, ToolError>,
    pub(crate) report: SearchedSource,
}

/// Searches one source, for as long as the context allows.
pub(crate) async fn asked<T>(
    name: SearchSource,
    cx: &Context<'_>,
    search: impl Future<Output = Result<Vec<T>, ToolError>>,
) -> Searched<T> {
    let started = Instant::now();
    let deadline = cx.request.deadline;
    let found = tokio::time::timeout_at(deadline.at().into(), search)
        .await
        .unwrap_or_else(|_| {
            let (budget, slow) = (deadline.budget(), name.spoken());
            Err(ToolError::DeadlineExceeded { budget, slow })
        });
    let state = match &found {
        Ok(found) if found.is_empty() => SourceState::Empty,
        Ok(_) => SourceState::Searched,
        Err(ToolError::DeadlineExceeded { .. }) => SourceState::Late,
        Err(_) => SourceState::Failed,
    };
    let report = SearchedSource {
        name,
        state,
        results: found.as_ref().map_or(0, Vec::len),
        latency: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        error: found.as_ref().err().map(ToString::to_string),
    };
    Searched { found, report }
}

/// What each source that answered has, in their order, and what to tell of all of them.
///
/// # Errors
/// Where the arguments are wrong, or no source answered: that nothing matches would be a guess.
pub(crate) fn answered<T>(
    all: impl IntoIterator<Item = Searched<T>>,
) -> Result<(Vec<Vec<T>>, Vec<SearchedSource>), ToolError> {
    let (mut lists, mut sources, mut fault) = (Vec::new(), Vec::new(), None);
    for one in all {
        sources.push(one.report);
        match one.found {
            Ok(found) => lists.push(found),
            Err(error @ ToolError::InvalidArguments(_)) => return Err(error),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    match fault {
        Some(fault) if lists.is_empty() => Err(fault),
        _ => Ok((lists, sources)),
    }
}
