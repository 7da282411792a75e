//! What was said in a conversation, and how it is judged.

use mesh_clients::elevenlabs::{Analysis, Turn};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SaidTurn {
    /// `user` or `agent`.
    role: String,
    /// Absent where only tools were called.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Judged {
    /// `success`, `failure` or `unknown`.
    successful: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    criteria: Vec<JudgedCriterion>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct JudgedCriterion {
    id: String,
    /// `success`, `failure` or `unknown`.
    result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rationale: Option<String>,
}

pub(super) fn turns(transcript: Vec<Turn>) -> Vec<SaidTurn> {
    let turns = transcript.into_iter().map(|turn| SaidTurn {
        role: turn.role,
        message: turn.message,
        second: turn.time_in_call_secs,
        tools: turn
            .tool_calls
            .into_iter()
            .flatten()
            .map(|call| call.tool_name)
            .collect(),
        interrupted: turn.interrupted == Some(true),
    });
    turns.collect()
}

pub(super) fn judged(analysis: Analysis) -> Judged {
    let results = analysis.evaluation_criteria_results.unwrap_or_default();
    Judged {
        successful: analysis.call_successful,
        title: analysis.call_summary_title,
        summary: analysis.transcript_summary,
        criteria: results
            .into_values()
            .map(|judgement| JudgedCriterion {
                id: judgement.criteria_id,
                result: judgement.result,
                rationale: judgement.rationale,
            })
            .collect(),
    }
}
