use mesh_clients::elevenlabs::{Criterion, Simulation};
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use super::said::{Judged, SaidTurn, judged, turns};
use crate::arguments::Text;
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Limit;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Try an agent out
/// Costs credits of the ElevenLabs account, by how long the agent and who talks to it go on: only where the user wants it.
///
/// Has an agent talk, in writing, to somebody who is played by a model, and answers what was said and how it is judged.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct SimulateConversation {
    /// Who is tried out: `list_agents`.
    agent_id: Text<100>,
    /// Who is played, and how they behave.
    simulated_user_prompt: Text<20_000>,
    /// What the one who is played begins with.
    first_message: Option<Text<2_000>>,
    /// What the conversation is judged by, beside the agent's own criteria: 20 at most.
    #[serde(default)]
    #[schemars(length(max = 20))]
    extra_evaluation_criteria: Vec<Judging>,
    /// How many turns they take at most.
    #[serde(default)]
    max_turns: Limit<10, 100>,
    /// Pay and try it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const MAX_CRITERIA: usize = 20;

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
struct Judging {
    /// By which the result names it, such as `issue_resolved`.
    id: Text<100>,
    /// As people read it.
    name: Text<200>,
    /// What has to be true.
    conversation_goal_prompt: Text<2_000>,
    /// Judge by the agent's documents, too.
    #[serde(default)]
    use_knowledge_base: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TriedOut {
    turns: Vec<SaidTurn>,
    analysis: Judged,
}

impl Tool for SimulateConversation {
    const NAME: &'static str = "simulate_conversation";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|_, _| Some(Services::consent_to_unknown("Tries an agent out")));
    type Output = Paid<TriedOut>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<TriedOut>, ToolError> {
        if self.extra_evaluation_criteria.len() > MAX_CRITERIA {
            return Err(ToolError::InvalidArguments(format!(
                "`extra_evaluation_criteria`: has {}, at most {MAX_CRITERIA} are allowed",
                self.extra_evaluation_criteria.len()
            )));
        }
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: Estimate::Unknown,
        };
        cx.paid(purchase, self.tried_out(&cx)).await
    }
}

impl SimulateConversation {
    async fn tried_out(&self, cx: &Context<'_>) -> Result<Bought<TriedOut>, ToolError> {
        let first_message = self.first_message.as_ref().map(Text::as_str);
        let simulation = Simulation {
            user_prompt: self.simulated_user_prompt.as_str().to_owned(),
            first_message: first_message.map(str::to_owned),
            criteria: self
                .extra_evaluation_criteria
                .iter()
                .map(Judging::criterion)
                .collect(),
            max_turns: self.max_turns.get(),
        };
        let (agent, simulation) = (self.agent_id.as_str(), &simulation);
        let deadline = cx.request.deadline;
        let simulated = cx
            .elevenlabs(|client, key| async move {
                client
                    .simulate_conversation(&key, agent, simulation, deadline)
                    .await
            })
            .await?;
        Ok(Bought {
            value: TriedOut {
                turns: turns(simulated.simulated_conversation),
                analysis: judged(simulated.analysis),
            },
            blocks: Vec::new(),
            charged: None,
        })
    }
}

impl Judging {
    fn criterion(&self) -> Criterion {
        Criterion {
            id: self.id.as_str().to_owned(),
            name: self.name.as_str().to_owned(),
            conversation_goal_prompt: self.conversation_goal_prompt.as_str().to_owned(),
            use_knowledge_base: self.use_knowledge_base,
        }
    }
}
