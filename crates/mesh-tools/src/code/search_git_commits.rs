use mesh_clients::supabase::{GitCommitFilters, GitCommitRow};
use mesh_index::search::check_period;
use mesh_index::{
    Commit, CommitFilter, Corpus, DEFAULT_THRESHOLD_COMMITS, Facet, Found, Hit, Kind, Query,
    SearchError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::database::DatabaseQuery;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Choices, Limit, Score, SearchMethod, SearchText};
use crate::filter_values::FilterValues;
use crate::filtered::{self, Filtered, Matches, SourceQuery};
use crate::needs::Needs;
use crate::reading::Address;
use crate::retrieval::NEEDS_DATABASE;
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

/// The filters that were applied.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitFilters {
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

impl Filtered for CommitFilters {
    const KIND: Kind = Kind::Commit;
    type Item = Commit;
    type Row = FoundCommit;

    fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        check_period(self.date_from.as_deref(), self.date_to.as_deref())?;
        values.choices("repository", Facet::CommitRepository, &mut self.repository)?;
        values.choices("author", Facet::CommitAuthor, &mut self.author)?;
        let pattern = self.file_pattern.as_ref();
        values.one("filePattern", Facet::CommitPath, pattern)
    }

    fn search(&self, corpus: &Corpus, query: &Query<'_>) -> Result<Found<Commit>, SearchError> {
        let filter = CommitFilter {
            repository: self.repository.to_vec(),
            author: self.author.to_vec(),
            date_from: self.date_from.clone(),
            date_to: self.date_to.clone(),
            file_pattern: self.file_pattern.clone(),
            ..CommitFilter::default()
        };
        corpus.search_commits(query, &filter)
    }

    fn row(corpus: &Corpus, _: Option<&str>, hit: Hit<Commit>) -> Result<FoundCommit, SearchError> {
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

    async fn in_database(
        &self,
        cx: &Context<'_>,
        wanted: &SourceQuery,
    ) -> Result<(Vec<FoundCommit>, SearchMethod), ToolError> {
        let question = DatabaseQuery::of(cx, wanted, DEFAULT_THRESHOLD_COMMITS).await?;
        let deadline = question.deadline;
        let search = &question.within(GitCommitFilters {
            repository: self.repository.to_vec(),
            author: self.author.to_vec(),
            date_from: self.date_from.clone(),
            date_to: self.date_to.clone(),
            file_pattern: self.file_pattern.clone(),
        });
        let rows = cx.rows(
            wanted,
            DEFAULT_THRESHOLD_COMMITS,
            |database, key| async move {
                database
                    .search_git_commits_semantic(&key, search, deadline)
                    .await
            },
            in_database,
            |row| row.similarity,
        );
        Ok((rows.await?, question.method()))
    }

    fn similarity(row: &FoundCommit) -> Score {
        row.similarity
    }

    fn is_same(row: &FoundCommit, other: &FoundCommit) -> bool {
        row.hash == other.hash
    }
}

fn in_database(row: GitCommitRow, score: f32) -> FoundCommit {
    let files = row.files_changed.as_array();
    let files = files.map_or(&[][..], Vec::as_slice);
    let paths = files.iter().filter_map(serde_json::Value::as_str);
    let message = row.commit_message.unwrap_or_default();
    FoundCommit {
        hash: row.commit_hash,
        message: clip_lines(&message, MAX_MESSAGE_LINES, MAX_MESSAGE_CHARS),
        author: row.author_name.unwrap_or_default(),
        email: row.author_email.unwrap_or_default(),
        date: row.commit_date.unwrap_or_default(),
        repository: row.repository_name.unwrap_or_default(),
        files_changed: paths.take(MAX_FILES).map(str::to_owned).collect(),
        files_changed_count: files.len(),
        additions: row.additions.unwrap_or_default(),
        deletions: row.deletions.unwrap_or_default(),
        diff_summary: row.diff_summary.unwrap_or_default(),
        similarity: Score::new(score),
        uri: String::new(),
        url: None,
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundCommit {
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
    /// The whole commit, as a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    uri: String,
    /// Where people open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl From<FoundCommit> for Commit {
    fn from(found: FoundCommit) -> Self {
        Self {
            hash: found.hash,
            message: found.message,
            author: found.author,
            email: found.email,
            date: found.date,
            repository: found.repository,
            files_changed: found.files_changed,
            additions: found.additions,
            deletions: found.deletions,
            ..Self::default()
        }
    }
}

impl Tool for SearchGitCommits {
    const NAME: &'static str = "search_git_commits";
    const FAMILY: Family = Family::Code;
    const NEEDS: Needs = Needs::Any(&[Needs::Corpus(Kind::Commit), NEEDS_DATABASE]);
    type Output = Matches<CommitFilters, FoundCommit>;

    async fn call(self, cx: Context<'_>) -> Result<Self::Output, ToolError> {
        let filters = CommitFilters {
            repository: self.repository,
            author: self.author,
            date_from: self.date_from.map(Text::into_string),
            date_to: self.date_to.map(Text::into_string),
            file_pattern: self.file_pattern.map(Text::into_string),
        };
        let (text, limit) = (self.query.into_string(), self.max_results.as_usize());
        filtered::search(&cx, text, limit, self.threshold, filters).await
    }
}

pub(crate) fn commit_uri(hash: &str) -> String {
    Address::new(Kind::Commit, hash).uri()
}

/// A commit that renames a tree touches thousands of files; nobody reads that list.
const MAX_FILES: usize = 10;
const MAX_MESSAGE_LINES: usize = 12;
const MAX_MESSAGE_CHARS: usize = 600;
