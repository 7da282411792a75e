//! Passages of documents that vendors hold for us.

use mesh_clients::openai::{StoreHit, StoreSearch};
use mesh_clients::supabase::AomaVectorRow;
use mesh_core::Parameter;
use mesh_index::DEFAULT_THRESHOLD_KNOWLEDGE;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::database::DatabaseQuery;
use crate::error::ToolError;
use crate::field::Score;
use crate::filtered::SourceQuery;
use crate::knowledge::Citation;
use crate::retrieval::{Ranked, Scale};

/// The chunks of files in the vector store, whatever they score: the closest is told of even where it is not close enough.
pub(crate) async fn in_vector_store(
    cx: &Context<'_>,
    wanted: &SourceQuery,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let deadline = cx.request.deadline;
    let secrets = &cx.services.secrets;
    let store = secrets
        .value(Parameter::OpenAiVectorStoreId, deadline)
        .await?;
    let search = StoreSearch {
        query: wanted.text.clone(),
        max_results: u8::try_from(wanted.limit).unwrap_or(50),
        score_threshold: 0.0,
    };
    let (store, search) = (store.reveal(), &search);
    let hits = cx.openai(|openai, key| async move {
        openai
            .search_vector_store(&key, store, search, deadline)
            .await
    });
    let ranked = |hit: StoreHit| {
        let score = Scale::STORE.ours(hit.score, DEFAULT_THRESHOLD_KNOWLEDGE);
        let item = citation(&hit.filename, hit.text, &hit.attributes, score);
        Ranked { item, score }
    };
    Ok(hits.await?.into_iter().map(ranked).collect())
}

/// Passages of the table `aoma_vectors`. One that holds the words is there whatever its vector says, and reaches the threshold.
pub(crate) async fn in_database(
    cx: &Context<'_>,
    wanted: &SourceQuery,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let question = DatabaseQuery::of(cx, wanted, DEFAULT_THRESHOLD_KNOWLEDGE).await?;
    let (search, deadline) = (&question.among_passages(), question.deadline);
    let rows = cx.database(|database, key| async move {
        database.match_aoma_vectors(&key, search, deadline).await
    });
    let ranked = |row: AomaVectorRow| {
        let score = Scale::COSINE.ours(row.similarity, DEFAULT_THRESHOLD_KNOWLEDGE);
        let score = score.max(DEFAULT_THRESHOLD_KNOWLEDGE);
        let metadata = row.metadata.unwrap_or_default();
        let item = citation(&row.source_id, row.content, &metadata, score);
        Ranked { item, score }
    };
    Ok(rows.await?.into_iter().map(ranked).collect())
}

/// `mesh sync` keeps beside a passage where it is from; what others have put there has a name at least. All of it is in one
/// line: a title with several would forge lines of the answer.
fn citation(name: &str, text: String, about: &Map<String, Value>, score: f32) -> Citation {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = |member: &str| {
        let value = one_line(about.get(member)?.as_str()?);
        (!value.is_empty()).then_some(value)
    };
    let name = one_line(name);
    let title = told("title").unwrap_or_else(|| name.clone());
    Citation {
        path: told("path").unwrap_or(name),
        title,
        score: Score::new(score),
        quote: text,
        uri: told("uri").unwrap_or_default(),
        url: told("url"),
        headings: Vec::new(),
        line: None,
        page: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_cited_by_what_is_kept_beside_it() {
        let about =
            serde_json::json!({"title": "Returns", "url": "https://wiki.example.com/returns"});
        let about = about.as_object().expect("an object");
        let cited = citation("returns.md", "Within 14 days.".into(), about, 0.8);
        assert_eq!(
            (cited.title.as_str(), cited.path.as_str()),
            ("Returns", "returns.md")
        );
        assert_eq!(
            cited.url.as_deref(),
            Some("https://wiki.example.com/returns")
        );
        assert_eq!(cited.uri, "");
        assert_eq!(
            citation("a.md", String::new(), &Map::new(), 0.0).title,
            "a.md"
        );
    }
}
