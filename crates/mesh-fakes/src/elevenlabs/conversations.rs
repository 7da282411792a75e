use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::state;
use super::voices::page_size;

/// Seconds of a turn.
const PACE: u64 = 5;

/// One that has ended.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    id: String,
    agent: String,
    started_at: u64,
    /// Roles and messages.
    turns: Vec<(String, String)>,
}

/// `GET /v1/convai/conversations`: the newest first.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let number = |name: &str| query.get(name).and_then(|value| value.parse::<u64>().ok());
    let size = query
        .get("page_size")
        .map_or(Ok(30), |size| page_size(Some(size)))?;
    let begin = number("cursor").unwrap_or(0) as usize;
    let (before, after) = (
        number("call_start_before_unix"),
        number("call_start_after_unix"),
    );
    let state = shared.lock();
    let found = state.conversations.iter().rev().filter(|conversation| {
        let at = conversation.started_at;
        query
            .get("agent_id")
            .is_none_or(|agent| *agent == conversation.agent)
            && before.is_none_or(|before| at < before)
            && after.is_none_or(|after| at > after)
    });
    let found: Vec<_> = found.collect();
    let page = found.iter().skip(begin).take(size);
    let page: Vec<_> = page.map(|conversation| conversation.summary()).collect();
    let has_more = begin + size < found.len();
    let next = has_more.then(|| (begin + size).to_string());
    Ok(Json(
        json!({"conversations": page, "has_more": has_more, "next_cursor": next}),
    ))
}

/// `GET /v1/convai/conversations/{id}`.
pub(super) async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    let conversation = state
        .conversations
        .iter()
        .find(|conversation| conversation.id == id);
    let conversation = conversation.ok_or_else(|| {
        let message = format!("Document with id {id} not found.");
        ApiError::named(404, "conversation_not_found", message)
    })?;
    Ok(Json(conversation.object()))
}

impl state::State {
    pub(super) fn add_conversation(&mut self, agent: &str, turns: &[(&str, &str)]) -> String {
        let id = self.new_id("conv_");
        let turns = turns
            .iter()
            .map(|(role, message)| ((*role).to_owned(), (*message).to_owned()));
        self.conversations.push(Conversation {
            id: id.clone(),
            agent: agent.to_owned(),
            started_at: 1_790_000_000 + 60 * self.conversations.len() as u64,
            turns: turns.collect(),
        });
        id
    }
}

impl Conversation {
    fn seconds(&self) -> u64 {
        self.turns.len() as u64 * PACE
    }

    fn summary(&self) -> Value {
        json!({
            "agent_id": self.agent, "agent_name": "Fake", "conversation_id": self.id,
            "start_time_unix_secs": self.started_at, "call_duration_secs": self.seconds(),
            "message_count": self.turns.len(), "status": "done", "call_successful": "success",
            "transcript_summary": null, "call_summary_title": "A talk", "direction": "inbound", "tool_names": [],
            "rating": null, "main_language": "en",
        })
    }

    fn object(&self) -> Value {
        json!({
            "agent_id": self.agent, "agent_name": "Fake", "conversation_id": self.id, "status": "done", "user_id": null,
            "metadata": {
                "start_time_unix_secs": self.started_at, "call_duration_secs": self.seconds(), "cost": 120,
                "termination_reason": "the user left", "warnings": [], "main_language": "en",
            },
            "analysis": analysis(&json!({})),
            "transcript": transcript(&self.turns),
            "has_audio": true, "has_user_audio": true, "has_response_audio": true, "has_auxiliary_audio": false,
        })
    }
}

pub(super) fn transcript(turns: &[(String, String)]) -> Vec<Value> {
    let turns = turns.iter().enumerate().map(|(place, (role, message))| {
        json!({
            "role": role, "message": message, "time_in_call_secs": place as u64 * PACE, "tool_calls": [],
            "tool_results": [], "interrupted": false, "feedback": null,
        })
    });
    turns.collect()
}

pub(super) fn analysis(judgements: &Value) -> Value {
    json!({
        "call_successful": "success", "transcript_summary": "They talked.", "call_summary_title": "A talk",
        "evaluation_criteria_results": judgements, "data_collection_results": {},
    })
}
