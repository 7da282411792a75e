use mesh_clients::elevenlabs::workspace::{ApprovalState, ListedTools, ToolPolicy};
use serde_json::Value;

use super::super::wished::Wished;
use super::Step;

/// What is to be approved, or approved again. Where it is not known what ElevenLabs has on record, all of it.
pub(super) fn steps(wished: &Wished, seen: Option<&ListedTools>, hashes: &Value) -> Vec<Step> {
    let statuses = seen.map_or(&[][..], |listed| &listed.statuses);
    let is_on_record = |tool: &str, policy: ToolPolicy| {
        let mut of_tool = statuses.iter().filter(|status| status.tool == tool);
        of_tool
            .any(|status| status.state == ApprovalState::UpToDate && status.policy == Some(policy))
    };
    let wanted = wished.approvals.tools.iter();
    let missing = wanted.filter(|(tool, policy)| !is_on_record(tool, **policy));
    let mut steps: Vec<_> = missing
        .map(|(tool, policy)| Step::Approve {
            tool: tool.clone(),
            policy: *policy,
        })
        .collect();
    let recorded = hashes.as_array().into_iter().flatten();
    let recorded = recorded.filter_map(|hash| hash["tool_name"].as_str());
    let is_gone = |tool: &&str| wished.tools.iter().all(|ours| ours.name != *tool);
    steps.extend(recorded.filter(is_gone).map(|tool| Step::Withdraw {
        tool: tool.to_owned(),
    }));
    steps
}
