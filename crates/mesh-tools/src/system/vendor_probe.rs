//! Whether the vendors answer, with the keys, the models, the tables and the files that questions need.

use std::time::Instant;

use futures::future::{join, join3};
use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};
use mesh_clients::openai::{ModelInfo, OpenAiError};
use mesh_clients::supabase::Select;
use mesh_core::{Parameter, truncate};
use serde_json::Value;

use crate::context::Context;
use crate::error::ToolError;
use crate::retrieval::{DATABASE, VECTOR_STORE};
use crate::system::health::Service;
use crate::system::probe::service;
use crate::vendors::{Vendors, embedding_label};

/// So many days before a model's end its successor has to be named.
const MIN_DAYS: i64 = 14;

/// What was found in order, and what is to be known of it; or what is wrong.
type Probed = Result<Option<String>, String>;

/// By the names that they have had since the first server.
pub(super) async fn all(cx: &Context<'_>) -> [(&'static str, Service); 3] {
    let (openai, supabase, store) = join3(
        probed(cx, &[Parameter::OpenAiApiKey], model(cx)),
        probed(cx, DATABASE, table(cx)),
        probed(cx, VECTOR_STORE, store(cx)),
    )
    .await;
    [
        ("openai", openai),
        ("supabase", supabase),
        ("vectorStore", store),
    ]
}

async fn probed(
    cx: &Context<'_>,
    needs: &[Parameter],
    probe: impl Future<Output = Probed>,
) -> Service {
    let started = Instant::now();
    if cx.vendors_with(needs).is_none() {
        return Service {
            status: None,
            note: Some(not_configured(cx, needs)),
            ..service(started, None)
        };
    }
    match probe.await {
        Ok(note) => Service {
            note,
            ..service(started, None)
        },
        Err(error) => service(started, Some(error)),
    }
}

fn not_configured(cx: &Context<'_>, needs: &[Parameter]) -> String {
    let has = |parameter| cx.services.secrets.at_hand(parameter).is_some();
    if needs.contains(&Parameter::OpenAiVectorStoreId) && has(Parameter::AomaAssistantId) {
        return "not configured: `aoma-assistant-id` names an assistant, and OpenAI ended those on 2026-08-26; set \
                `openai-vector-store-id` to the vector store that it used"
            .to_owned();
    }
    let missing = needs.iter().filter(|parameter| !has(**parameter));
    let missing: Vec<_> = missing
        .map(|one| format!("`{}`", one.spellings()[0]))
        .collect();
    match missing.is_empty() {
        true => "not configured; see MESH_SECRETS".to_owned(),
        false => format!("not configured: without {}", missing.join(", ")),
    }
}

/// The models that are asked: those that write answers, and the one that makes the vectors of questions.
async fn model(cx: &Context<'_>) -> Probed {
    let Some(Vendors { models, .. }) = &cx.services.vendors else {
        return Ok(None);
    };
    let has_database = cx.vendors_with(DATABASE).is_some();
    let answers = models.synthesis.then_some(&models.answers[..]);
    let embedding = std::slice::from_ref(&models.embedding);
    // Without either it is still told whether the key is taken.
    let embedding = (has_database || !models.synthesis).then_some(embedding);
    let (answers, embedding) = join(
        one_stays(cx, answers.unwrap_or_default(), "MESH_OPENAI_MODELS"),
        one_stays(cx, embedding.unwrap_or_default(), "MESH_EMBEDDING_MODEL"),
    )
    .await;
    let notes: Vec<_> = [answers?, embedding?].into_iter().flatten().collect();
    Ok((!notes.is_empty()).then(|| notes.join("; ")))
}

/// Of several models one has to be there, and to stay for a while.
async fn one_stays(cx: &Context<'_>, names: &[String], setting: &str) -> Probed {
    let mut notes = Vec::new();
    for name in names {
        match found(cx, name).await? {
            None => notes.push(format!("there is no model `{name}`")),
            Some(ModelInfo {
                shutdown_date: None,
                ..
            }) => return Ok(told(&notes)),
            Some(ModelInfo {
                shutdown_date: Some(day),
                ..
            }) => {
                notes.push(format!("`{name}` ends on {}", truncate(&day)));
                let last = Zoned::now().date().saturating_add(MIN_DAYS.days());
                // A day that cannot be read is told, and is no reason to be red.
                if day.parse::<Date>().map_or(true, |day| last < day) {
                    return Ok(told(&notes));
                }
            }
        }
    }
    match names.is_empty() {
        true => Ok(None),
        false => Err(format!(
            "{}: name another model in `{setting}`",
            notes.join("; ")
        )),
    }
}

async fn found(cx: &Context<'_>, name: &str) -> Result<Option<ModelInfo>, String> {
    let deadline = cx.request.deadline;
    let asked = cx.openai(|openai, key| async move {
        match openai.model(&key, name, deadline).await {
            Err(OpenAiError::NoSuchModel) => Ok(None),
            model => model.map(Some),
        }
    });
    asked.await.map_err(|error| error.to_string())
}

fn told(notes: &[String]) -> Option<String> {
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// A table that tools use, and whether its vectors compare with those of questions.
async fn table(cx: &Context<'_>) -> Probed {
    let deadline = cx.request.deadline;
    let select = &Select::from("jira_tickets")
        .columns(&["external_id", "embedding_model"])
        .not_null("embedding_model")
        .limit(1);
    let rows = cx.database(|database, key| async move {
        database.select::<Value>(&key, select, deadline).await
    });
    let rows = rows.await.map_err(|error| error.to_string())?;
    let theirs = rows.first().and_then(|row| row["embedding_model"].as_str());
    let models = cx.services.vendors.as_ref().map(|vendors| &vendors.models);
    let ours = models.map(|models| embedding_label(&models.embedding, models.dimensions));
    match theirs.zip(ours) {
        Some((theirs, ours)) if theirs != ours => Err(format!(
            "the rows have vectors of `{}`, which compare to nothing of `{ours}`, the model of questions: set \
             `MESH_EMBEDDING_MODEL` and `MESH_EMBEDDING_DIMENSIONS` to that of the rows, or run `mesh sync`",
            truncate(theirs)
        )),
        _ => Ok(None),
    }
}

async fn store(cx: &Context<'_>) -> Probed {
    let deadline = cx.request.deadline;
    let id = cx
        .services
        .secrets
        .value(Parameter::OpenAiVectorStoreId, deadline)
        .await;
    let id = id.map_err(|error: ToolError| error.to_string())?;
    let id = id.reveal();
    let store =
        cx.openai(|openai, key| async move { openai.vector_store(&key, id, deadline).await });
    let store = store.await.map_err(|error| error.to_string())?;
    if store.files_completed == 0 {
        return Err(
            "the vector store has no file that can be searched; run `mesh sync`".to_owned(),
        );
    }
    let waiting = store.files_total.saturating_sub(store.files_completed);
    Ok((waiting > 0).then(|| format!("{waiting} of {} files are not ready", store.files_total)))
}
