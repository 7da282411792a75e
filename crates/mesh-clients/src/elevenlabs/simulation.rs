use http::Method;
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::id;
use super::{Analysis, ElevenLabs, ElevenLabsError, Turn, conversation};

/// A conversation with somebody who is played by a model.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Who is played, and how they behave.
    pub user_prompt: String,
    /// What they begin with.
    pub first_message: Option<String>,
    pub criteria: Vec<Criterion>,
    pub max_turns: u32,
}

/// What a conversation is judged by.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Criterion {
    pub id: String,
    pub name: String,
    pub conversation_goal_prompt: String,
    #[serde(default)]
    pub use_knowledge_base: bool,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Simulated {
    pub simulated_conversation: Vec<Turn>,
    pub analysis: Analysis,
}

#[derive(Serialize)]
struct Body<'a> {
    simulation_specification: Specification<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    extra_evaluation_criteria: &'a [Criterion],
    new_turns_limit: u32,
}

#[derive(Serialize)]
struct Specification<'a> {
    simulated_user_config: User<'a>,
}

/// It is an agent's configuration.
#[derive(Serialize)]
struct User<'a> {
    prompt: Prompt<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message: Option<&'a str>,
}

#[derive(Serialize)]
struct Prompt<'a> {
    prompt: &'a str,
}

impl ElevenLabs {
    /// `POST /v1/convai/agents/{id}/simulate-conversation`, which costs credits.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn simulate_conversation(
        &self,
        key: &Secret,
        agent_id: &str,
        simulation: &Simulation,
        deadline: Deadline,
    ) -> Result<Simulated, ElevenLabsError> {
        let path = format!("/v1/convai/agents/{}/simulate-conversation", id(agent_id)?);
        let user = User {
            prompt: Prompt {
                prompt: &simulation.user_prompt,
            },
            first_message: simulation.first_message.as_deref(),
        };
        let body = Body {
            simulation_specification: Specification {
                simulated_user_config: user,
            },
            extra_evaluation_criteria: &simulation.criteria,
            new_turns_limit: simulation.max_turns,
        };
        let request = self.json(Method::POST, key, &path, &body)?;
        self.change(request, deadline, conversation::MAX_BYTES)
            .await
    }
}
