use mesh_clients::elevenlabs::NewAgent;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Decimal;
use crate::needs::Needs;
use crate::spend::Deed;
use crate::tool::Tool;

/// # Make an agent that talks
/// Leaves an agent in the ElevenLabs account, whose conversations cost credits: only where the user wants it.
///
/// Makes an agent that people can talk to, and answers its id.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct CreateAgent {
    /// What the agent is called.
    name: Text<200>,
    /// What it says first. Without it the other side begins.
    first_message: Option<Text<5_000>>,
    /// Who it is and what it does.
    system_prompt: Text<100_000>,
    /// Which voice. Without one, the server's own.
    voice_id: Option<Text<100>>,
    /// The language that it speaks (ISO 639-1).
    #[serde(default = "english")]
    language: Text<10>,
    /// The model that writes what it says.
    #[serde(default = "usual_llm")]
    llm: Text<100>,
    /// How freely it is written.
    #[serde(default)]
    temperature: Decimal<0, 100, 50>,
    /// How long what it says once may be, in tokens.
    #[schemars(range(min = 1, max = 100_000))]
    max_tokens: Option<u32>,
    /// How well it listens.
    #[serde(default)]
    asr_quality: Quality,
    /// The model that it speaks with.
    #[serde(default = "usual_model")]
    model_id: Text<100>,
    /// How much of its quality is given up for speed.
    #[serde(default = "usual_haste")]
    #[schemars(range(min = 0, max = 4))]
    optimize_streaming_latency: u8,
    /// How even the voice is.
    #[serde(default)]
    stability: Decimal<0, 100, 50>,
    /// How close to the original.
    #[serde(default)]
    similarity_boost: Decimal<0, 100, 80>,
    /// After how many seconds of silence it speaks again.
    #[serde(default)]
    turn_timeout: Decimal<100, 3_000, 700>,
    /// How long a conversation may be, in seconds.
    #[serde(default = "usual_duration")]
    #[schemars(range(min = 1, max = 86_400))]
    max_duration_seconds: u32,
    /// Keep a recording of each conversation.
    #[serde(default = "crate::voice::yes")]
    record_voice: bool,
    /// For how many days recordings and transcripts are kept; -1 is for ever.
    #[serde(default = "usual_retention")]
    #[schemars(range(min = -1, max = 36_500))]
    retention_days: i32,
    /// Make another; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Quality {
    #[default]
    High,
    Low,
}

fn english() -> Text<10> {
    Text::of("en")
}

fn usual_llm() -> Text<100> {
    Text::of("gemini-2.0-flash-001")
}

fn usual_model() -> Text<100> {
    Text::of("eleven_turbo_v2")
}

const fn usual_haste() -> u8 {
    3
}

const fn usual_duration() -> u32 {
    300
}

const fn usual_retention() -> i32 {
    730
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedAgent {
    agent_id: String,
    voice_id: String,
}

impl Tool for CreateAgent {
    const NAME: &'static str = "create_agent";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Write;
    type Output = CreatedAgent;

    async fn call(self, cx: Context<'_>) -> Result<CreatedAgent, ToolError> {
        let deed = Deed {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
        };
        cx.once(deed, self.created(&cx)).await
    }
}

impl CreateAgent {
    async fn created(&self, cx: &Context<'_>) -> Result<CreatedAgent, ToolError> {
        let voice_id = match &self.voice_id {
            Some(id) => id.as_str().to_owned(),
            None => cx.services.voice.default_voice.clone(),
        };
        let agent = self.agent(&voice_id);
        let (agent, deadline) = (&agent, cx.request.deadline);
        let agent_id = cx
            .elevenlabs(
                |client, key| async move { client.create_agent(&key, agent, deadline).await },
            )
            .await?;
        Ok(CreatedAgent { agent_id, voice_id })
    }

    fn agent(&self, voice_id: &str) -> NewAgent {
        let first_message = self.first_message.as_ref().map(Text::as_str);
        NewAgent {
            name: self.name.as_str().to_owned(),
            first_message: first_message.map(str::to_owned),
            system_prompt: self.system_prompt.as_str().to_owned(),
            voice_id: Some(voice_id.to_owned()),
            language: self.language.as_str().to_owned(),
            llm: self.llm.as_str().to_owned(),
            temperature: self.temperature.get(),
            max_tokens: self.max_tokens,
            asr_quality: match self.asr_quality {
                Quality::High => "high",
                Quality::Low => "low",
            }
            .to_owned(),
            model_id: self.model_id.as_str().to_owned(),
            optimize_streaming_latency: self.optimize_streaming_latency,
            stability: self.stability.get(),
            similarity_boost: self.similarity_boost.get(),
            turn_timeout_seconds: self.turn_timeout.get(),
            max_duration_seconds: self.max_duration_seconds,
            record_voice: self.record_voice,
            retention_days: self.retention_days,
        }
    }
}
