use mesh_clients::supabase::{CodeFileFilters, CodeFileRow};
use mesh_index::{
    CodeFilter, CodePassage, Corpus, DEFAULT_THRESHOLD_CODE, Facet, Found, Hit, Kind, Linked,
    Query, SearchError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::database::DatabaseQuery;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Choices, Limit, Score, SearchMethod};
use crate::filter_values::FilterValues;
use crate::filtered::{self, Filtered, Matches, SourceQuery};
use crate::needs::Needs;
use crate::reading::Address;
use crate::retrieval::NEEDS_DATABASE;
use crate::tool::Tool;
use crate::words::clip_lines;

/// # Search source code
/// Finds functions, types and stretches of the indexed source files by names and words, best match first.
///
/// Use it for where something is done and how. Names match whole and in parts: `HttpServer`, `http server`, `std::env`.
/// It returns path, lines, the item's name and a preview. Nothing found is an empty `results`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchCodeFiles {
    /// Names, words or a question.
    query: Text<500>,
    /// Only these repositories.
    #[serde(default)]
    repository: Choices,
    /// Only these languages, e.g. `Rust`.
    #[serde(default)]
    language: Choices,
    /// Only these file extensions, e.g. `rs`.
    #[serde(default)]
    file_extension: Choices,
    /// The most results to return.
    #[serde(default)]
    max_results: Limit<15, 50>,
    /// The similarity a result must reach.
    #[serde(default = "threshold")]
    threshold: Score,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_CODE)
}

/// The filters that were applied.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeFilters {
    #[serde(skip_serializing_if = "Choices::is_empty")]
    repository: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    language: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    file_extension: Choices,
}

impl Filtered for CodeFilters {
    const KIND: Kind = Kind::Code;
    type Item = CodePassage;
    type Row = FoundCode;

    fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        values.choices("repository", Facet::CodeRepository, &mut self.repository)?;
        values.choices("language", Facet::CodeLanguage, &mut self.language)?;
        values.choices(
            "fileExtension",
            Facet::CodeExtension,
            &mut self.file_extension,
        )
    }

    fn search(
        &self,
        corpus: &Corpus,
        query: &Query<'_>,
    ) -> Result<Found<CodePassage>, SearchError> {
        let filter = CodeFilter {
            repository: self.repository.to_vec(),
            language: self.language.to_vec(),
            extension: self.file_extension.to_vec(),
            ..CodeFilter::default()
        };
        corpus.search_code(query, &filter)
    }

    fn row(
        corpus: &Corpus,
        _: Option<&str>,
        hit: Hit<CodePassage>,
    ) -> Result<FoundCode, SearchError> {
        Ok(FoundCode {
            url: corpus.link(Linked::Stretch(&hit.item)),
            preview: preview(&hit),
            uri: stretch_uri(&hit.item),
            summary: summary(&hit.item),
            similarity: Score::new(hit.score),
            path: hit.item.path,
            name: hit.item.name,
            extension: hit.item.extension,
            language: hit.item.language,
            repository: hit.item.repository,
            line_count: hit.item.line_count,
            last_modified: hit.item.last_modified,
            symbol: hit.item.symbol,
            line_start: hit.item.line_start,
            line_end: hit.item.line_end,
        })
    }

    async fn in_database(
        &self,
        cx: &Context<'_>,
        wanted: &SourceQuery,
    ) -> Result<(Vec<FoundCode>, SearchMethod), ToolError> {
        let question = DatabaseQuery::of(cx, wanted, DEFAULT_THRESHOLD_CODE).await?;
        let deadline = question.deadline;
        let search = &question.within(CodeFileFilters {
            repository: self.repository.to_vec(),
            language: self.language.to_vec(),
            file_extension: self.file_extension.to_vec(),
        });
        let rows = cx.rows(
            wanted,
            DEFAULT_THRESHOLD_CODE,
            |database, key| async move {
                database
                    .search_code_files_semantic(&key, search, deadline)
                    .await
            },
            in_database,
            |row| row.similarity,
        );
        Ok((rows.await?, question.method()))
    }

    fn similarity(row: &FoundCode) -> Score {
        row.similarity
    }

    /// The database has files, the index stretches of them.
    fn is_same(row: &FoundCode, other: &FoundCode) -> bool {
        row.path == other.path && row.repository == other.repository
    }
}

fn in_database(row: CodeFileRow, score: f32) -> FoundCode {
    let preview = row.content_preview.unwrap_or_default();
    let lines = u32::try_from(row.line_count.unwrap_or_default()).unwrap_or(u32::MAX);
    FoundCode {
        path: row.file_path,
        name: row.file_name.unwrap_or_default(),
        extension: row.file_extension.unwrap_or_default(),
        language: row.language.unwrap_or_default(),
        preview: clip_lines(&preview, MAX_PREVIEW_LINES, MAX_PREVIEW_CHARS),
        summary: row.content_summary.unwrap_or_default(),
        repository: row.repository_name.unwrap_or_default(),
        line_count: lines,
        last_modified: row.last_modified.unwrap_or_default(),
        similarity: Score::new(score),
        symbol: String::new(),
        line_start: 1,
        line_end: lines,
        uri: String::new(),
        url: None,
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundCode {
    path: String,
    name: String,
    extension: String,
    language: String,
    preview: String,
    /// What this is a stretch of, in words.
    summary: String,
    repository: String,
    /// Lines of the whole file.
    line_count: u32,
    /// RFC 3339, UTC.
    last_modified: String,
    similarity: Score,
    /// The function, type or other item; empty where the stretch is none.
    symbol: String,
    line_start: u32,
    line_end: u32,
    /// The file from this stretch on, as a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    uri: String,
    /// Where people open these lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl From<FoundCode> for CodePassage {
    fn from(found: FoundCode) -> Self {
        Self {
            path: found.path,
            name: found.name,
            extension: found.extension,
            language: found.language,
            repository: found.repository,
            line_start: found.line_start,
            line_end: found.line_end,
            line_count: found.line_count,
            last_modified: found.last_modified,
            text: found.preview,
            ..Self::default()
        }
    }
}

impl Tool for SearchCodeFiles {
    const NAME: &'static str = "search_code_files";
    const FAMILY: Family = Family::Code;
    const NEEDS: Needs = Needs::Any(&[Needs::Corpus(Kind::Code), NEEDS_DATABASE]);
    type Output = Matches<CodeFilters, FoundCode>;

    async fn call(self, cx: Context<'_>) -> Result<Self::Output, ToolError> {
        let filters = CodeFilters {
            repository: self.repository,
            language: self.language,
            file_extension: self.file_extension,
        };
        let (text, limit) = (self.query.into_string(), self.max_results.as_usize());
        filtered::search(&cx, text, limit, self.threshold, filters).await
    }
}

pub(crate) fn stretch_uri(passage: &CodePassage) -> String {
    Address::of_file(passage).uri_at(&format!("L{}-L{}", passage.line_start, passage.line_end))
}

/// What tells whether a hit is the one; the rest is read at its path.
const MAX_PREVIEW_LINES: usize = 12;
const MAX_PREVIEW_CHARS: usize = 600;

/// A short function is shown whole; of a longer one, the lines that match.
pub(crate) fn preview(hit: &Hit<CodePassage>) -> String {
    let is_short = hit.item.text.len() <= MAX_PREVIEW_CHARS;
    let text = if is_short { &hit.item.text } else { &hit.quote };
    clip_lines(text, MAX_PREVIEW_LINES, MAX_PREVIEW_CHARS)
}

fn summary(passage: &CodePassage) -> String {
    let CodePassage {
        language,
        symbol,
        line_start,
        line_end,
        line_count,
        ..
    } = passage;
    let lines = format!("{language}, lines {line_start} to {line_end} of {line_count}");
    if symbol.is_empty() {
        lines
    } else {
        format!("{symbol}: {lines}")
    }
}
