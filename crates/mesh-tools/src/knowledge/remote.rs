//! Passages of documents that vendors hold for us.

use mesh_clients::openai::{StoreHit, StoreSearch};
use mesh_clients::supabase::{AomaVectorRow, VectorMatch};
use mesh_core::Parameter;
use mesh_index::DEFAULT_THRESHOLD_KNOWLEDGE;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::ToolError;
use crate::field::Score;
use crate::knowledge::Citation;
use crate::knowledge::retrieve::Question;
use crate::retrieval::Ranked;

pub(super) const VECTOR_STORE: &[Parameter] =
    &[Parameter::OpenAiApiKey, Parameter::OpenAiVectorStoreId];
pub(super) const DATABASE: &[Parameter] = &[
    Parameter::OpenAiApiKey,
    Parameter::SupabaseUrl,
    Parameter::SupabaseServiceRoleKey,
];

/// The scores of a source that are as good as our threshold, and as good as our 1.
struct Scale {
    threshold: f32,
    one: f32,
}

/// Of the ranker `auto`.
const STORE: Scale = Scale {
    threshold: 0.3,
    one: 0.9,
};

/// The cosine of vectors of `text-embedding-3-small`, of which good matches reach 0.4 to 0.7.
const COSINE: Scale = Scale {
    threshold: 0.35,
    one: 0.75,
};

impl Scale {
    fn ours(&self, score: f32) -> f32 {
        let ours = DEFAULT_THRESHOLD_KNOWLEDGE;
        let scaled = if score < self.threshold {
            ours * score / self.threshold
        } else {
            ours + (1.0 - ours) * (score - self.threshold) / (self.one - self.threshold)
        };
        scaled.clamp(0.0, 1.0)
    }
}

/// The chunks of files in the vector store, whatever they score: the closest is told of even where it is not close enough.
pub(super) async fn vector_store(
    cx: &Context<'_>,
    question: &Question,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let deadline = cx.request.deadline;
    let secrets = &cx.services.secrets;
    let store = secrets
        .value(Parameter::OpenAiVectorStoreId, deadline)
        .await?;
    let search = StoreSearch {
        query: question.text.clone(),
        max_results: u8::try_from(question.limit).unwrap_or(50),
        score_threshold: 0.0,
    };
    let (store, search) = (store.reveal(), &search);
    let hits = cx.openai(|openai, key| async move {
        openai
            .search_vector_store(&key, store, search, deadline)
            .await
    });
    let ranked = |hit: StoreHit| {
        let score = STORE.ours(hit.score);
        let item = citation(hit.filename, hit.text, &hit.attributes, score);
        Ranked { item, score }
    };
    Ok(hits.await?.into_iter().map(ranked).collect())
}

/// Passages of the table `aoma_vectors`, whatever they score.
pub(super) async fn database(
    cx: &Context<'_>,
    question: &Question,
) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let embedding = cx.embedded(&question.text).await?;
    let deadline = cx.request.deadline;
    let search = VectorMatch {
        embedding: &embedding,
        text: Some(&question.text),
        threshold: 0.0,
        max_results: u16::try_from(question.limit).unwrap_or(50),
        source_types: &[],
    };
    let search = &search;
    let rows = cx.database(|database, key| async move {
        database.match_aoma_vectors(&key, search, deadline).await
    });
    let ranked = |row: AomaVectorRow| {
        let score = COSINE.ours(row.similarity);
        let metadata = row.metadata.unwrap_or_default();
        let item = citation(row.source_id, row.content, &metadata, score);
        Ranked { item, score }
    };
    Ok(rows.await?.into_iter().map(ranked).collect())
}

/// `mesh sync` keeps beside a passage where it is from; what others have put there has a name at least.
fn citation(name: String, text: String, about: &Map<String, Value>, score: f32) -> Citation {
    let told = |member: &str| {
        let value = about.get(member)?.as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
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
    fn a_score_is_brought_to_our_scale() {
        assert_eq!(STORE.ours(0.3), DEFAULT_THRESHOLD_KNOWLEDGE);
        assert_eq!((STORE.ours(0.0), STORE.ours(0.95)), (0.0, 1.0));
        assert!(STORE.ours(0.2) < DEFAULT_THRESHOLD_KNOWLEDGE);
        assert!(STORE.ours(0.5) > DEFAULT_THRESHOLD_KNOWLEDGE);
    }

    #[test]
    fn a_passage_is_cited_by_what_is_kept_beside_it() {
        let about =
            serde_json::json!({"title": "Returns", "url": "https://wiki.example.com/returns"});
        let about = about.as_object().expect("an object");
        let cited = citation("returns.md".into(), "Within 14 days.".into(), about, 0.8);
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
            citation("a.md".into(), String::new(), &Map::new(), 0.0).title,
            "a.md"
        );
    }
}
