use mesh_index::{
    Commit, CommitFilter, Corpus, DEFAULT_THRESHOLD_COMMITS, Facet, Hit, Kind, Query, SearchError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Choices, Limit, Score, SearchMetadata, SearchText};
use crate::filter_values::{FilterValues, UnknownValue};
use crate::needs::Needs;
use crate::reading::Address;
use crate::tool::Tool;
use crate::words::clip_lines;

/// # Search git history
/// Finds commits of the indexed repositories by the words of their message and the files they changed, best match first.
///
/// Use it for when and why something changed, and who knows about it. Diffs are not searched. An empty `query` with a
/// filter lists the newest. Nothing found is an empty `results`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchGitCommits {
    /// Words, a question, a file's name or a commit's hash.
    query: SearchText<500>,
    /// Only these repositories.
    #[serde(default)]
    repository: Choices,
    /// Only these authors: a part of the name or the address.
    #[serde(default)]
    author: Choices,
    /// Only from this day or moment on: `2026-01-31` or RFC 3339.
    date_from: Option<Text<40>>,
    /// Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
    date_to: Option<Text<40>>,
    /// Only commits that changed a file like this: a glob as `src/**/*.rs`, or a part of the path.
    file_pattern: Option<Text<200>>,
    /// The most commits to return.
    #[serde(default)]
    max_results: Limit<15, 50>,
    /// The similarity a commit must reach.
    #[serde(default = "threshold")]
    threshold: Score,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_COMMITS)
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Commits {
    query: String,
    filters: Filters,
    /// Values of filters that nothing here has, with those there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_filter_values: Vec<UnknownValue>,
    results: Vec<FoundCommit>,
    metadata: SearchMetadata,
}

/// The filters that were applied.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Filters {
    #[serde(skip_serializing_if = "Choices::is_empty")]
    repository: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    author: Choices,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_pattern: Option<String>,
}

impl Filters {
    /// Takes apart lists in one string, and tells of values that no commit has.
    fn resolve(&mut self, corpus: &Corpus) -> Result<Vec<UnknownValue>, SearchError> {
        let mut values = FilterValues::of(corpus);
        values.choices("repository", Facet::CommitRepository, &mut self.repository)?;
        values.choices("author", Facet::CommitAuthor, &mut self.author)?;
        let pattern = self.file_pattern.as_ref();
        values.one("filePattern", Facet::CommitPath, pattern)?;
        Ok(values.into_unknown())
    }

    fn to_index(&self) -> CommitFilter {
        CommitFilter {
            repository: self.repository.to_vec(),
            author: self.author.to_vec(),
            date_from: self.date_from.clone(),
            date_to: self.date_to.clone(),
            file_pattern: self.file_pattern.clone(),
            ..CommitFilter::default()
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FoundCommit {
    hash: String,
    message: String,
    author: String,
    email: String,
    /// RFC 3339 with the author's offset.
    date: String,
    repository: String,
    /// At most 10 of them.
    files_changed: Vec<String>,
    /// How many files were changed in all.
    files_changed_count: usize,
    additions: u64,
    deletions: u64,
    diff_summary: String,
    similarity: Score,
    /// The whole commit, as a resource of this server.
    uri: String,
    /// Where people open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Tool for SearchGitCommits {
    const NAME: &'static str = "search_git_commits";
    const NEEDS: Needs = Needs::Corpus(Kind::Commit);
    type Output = Commits;

    async fn call(self, cx: Context<'_>) -> Result<Commits, ToolError> {
        let text = self.query.into_string();
        let mut filters = Filters {
            repository: self.repository,
            author: self.author,
            date_from: self.date_from.map(Text::into_string),
            date_to: self.date_to.map(Text::into_string),
            file_pattern: self.file_pattern.map(Text::into_string),
        };
        let (limit, threshold) = (self.max_results.as_usize(), self.threshold.get());
        let asked = self.threshold;
        cx.search(move |corpus| {
            let unknown = filters.resolve(corpus)?;
            let query = Query {
                text: &text,
                limit,
                threshold,
            };
            let found = corpus.search_commits(&query, &filters.to_index())?;
            let metadata = SearchMetadata::of(&found, asked);
            let results = found.hits.into_iter().map(|hit| commit(corpus, hit));
            Ok(Commits {
                filters,
                unknown_filter_values: unknown,
                results: results.collect::<Result<_, _>>()?,
                metadata,
                query: text,
            })
        })
        .await
    }
}

pub(crate) fn commit_uri(hash: &str) -> String {
    Address::new(Kind::Commit, hash).uri()
}

/// A commit that renames a tree touches thousands of files; nobody reads that list.
const MAX_FILES: usize = 10;
const MAX_MESSAGE_LINES: usize = 12;
const MAX_MESSAGE_CHARS: usize = 600;

fn commit(corpus: &Corpus, hit: Hit<Commit>) -> Result<FoundCommit, SearchError> {
    let url = corpus.link_to_commit(&hit.item)?;
    let mut commit = hit.item;
    let files = commit.files_changed.len();
    commit.files_changed.truncate(MAX_FILES);
    Ok(FoundCommit {
        url,
        diff_summary: format!(
            "{files} {} changed, +{} −{}",
            if files == 1 { "file" } else { "files" },
            commit.additions,
            commit.deletions
        ),
        similarity: Score::new(hit.score),
        uri: commit_uri(&commit.hash),
        hash: commit.hash,
        message: clip_lines(&commit.message, MAX_MESSAGE_LINES, MAX_MESSAGE_CHARS),
        author: commit.author,
        email: commit.email,
        date: commit.date,
        repository: commit.repository,
        files_changed: commit.files_changed,
        files_changed_count: files,
        additions: commit.additions,
        deletions: commit.deletions,
    })
}
