//! Whether the vendors answer, with the keys, the models, the tables and the files that questions need.

use std::time::Instant;

use futures::future::join3;
use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};
use mesh_clients::openai::{ModelInfo, OpenAiError};
use mesh_clients::supabase::Select;
use mesh_core::{Parameter, truncate};
use serde_json::Value;

use crate::context::Context;
use crate::error::ToolError;
use crate::system::health::Service;
use crate::system::probe::service;
use crate::vendors::embedding_label;

/// So many days before a model's end its successor has to be named.
const MIN_DAYS: i64 = 14;

/// What was found in order, and what is to be known of it; or what is wrong.
type Probed = Result<Option<String>, String>;

/// By the names that they have had since the first server.
pub(super) async fn all(cx: &Context<'_>) -> [(&'static str, Service); 3] {
    let (openai, supabase, store) = join3(
        probed(cx, &[Parameter::OpenAiApiKey], model(cx)),
        probed(
            cx,
            &[Parameter::SupabaseUrl, Parameter::SupabaseServiceRoleKey],
            table(cx),
        ),
        probed(
            cx,
            &[Parameter::OpenAiApiKey, Parameter::OpenAiVectorStoreId],
            store(cx),
        ),
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

/// The models that write answers: one has to be there, and to stay.
async fn model(cx: &Context<'_>) -> Probed {
    let Some(vendors) = &cx.services.vendors else {
        return Ok(None);
    };
    let today = Zoned::now().date();
    let mut notes = Vec::new();
    for name in &vendors.models.answers {
        let deadline = cx.request.deadline;
        let asked = cx.openai(|openai, key| async move {
            match openai.model(&key, name, deadline).await {
                Err(OpenAiError::NoSuchModel) => Ok(None),
                model => model.map(Some),
            }
        });
        match asked.await.map_err(|error| error.to_string())? {
            None => notes.push(format!("there is no model `{name}`")),
            Some(model) => match ends_on(&model) {
                None => return Ok(told(&notes)),
                Some(day) => {
                    notes.push(format!("`{name}` ends on {day}"));
                    let stays = today.saturating_add(MIN_DAYS.days()) < day;
                    if stays {
                        return Ok(told(&notes));
                    }
                }
            },
        }
    }
    Err(format!(
        "{}: name another model in `MESH_OPENAI_MODELS`",
        notes.join("; ")
    ))
}

fn told(notes: &[String]) -> Option<String> {
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn ends_on(model: &ModelInfo) -> Option<Date> {
    model.shutdown_date.as_ref()?.parse().ok()
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
