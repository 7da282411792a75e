use std::fmt::Write as _;

use mesh_clients::elevenlabs::workspace::ToolPolicy;
use serde_json::json;

use super::found::Found;
use super::plan::Step;
use crate::exit::Exit;
use crate::terminal;

/// What was done, or would be.
#[derive(Debug)]
pub(super) struct Report {
    steps: Vec<Step>,
    is_dry: bool,
    server_id: Option<String>,
    secret_id: Option<String>,
    /// Those that use the server.
    agents: Vec<String>,
    /// What was wished and is not done.
    left: Option<String>,
}

impl Report {
    pub(super) fn new(mut steps: Vec<Step>, found: &Found, is_dry: bool) -> Self {
        steps.retain(|step| !step.is_look());
        let server_id = found.server.as_ref().map(|server| server.id.clone());
        let uses = |ids: &[String]| server_id.as_ref().is_some_and(|id| ids.contains(id));
        let agents = found
            .agents
            .iter()
            .filter(|agent| uses(&agent.mcp_server_ids));
        Self {
            agents: agents.map(|agent| agent.id.clone()).collect(),
            secret_id: found.secret.as_ref().map(|secret| secret.secret_id.clone()),
            server_id,
            steps,
            is_dry,
            left: None,
        }
    }

    pub(super) fn leaving(self, left: Option<String>) -> Self {
        Self { left, ..self }
    }

    pub(super) const fn of_removal(steps: Vec<Step>, is_dry: bool) -> Self {
        Self {
            steps,
            is_dry,
            server_id: None,
            secret_id: None,
            agents: Vec::new(),
            left: None,
        }
    }

    pub(super) fn exit(&self) -> Exit {
        match self.is_dry && !self.steps.is_empty() || self.left.is_some() {
            true => Exit::Warned,
            false => Exit::Done,
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.head());
        let mut line =
            |words: &str| writeln!(text, "{words}").expect("writing to a string cannot fail");
        let is_approval = |step: &&Step| matches!(step, Step::Approve { .. });
        for step in self.steps.iter().filter(|step| !is_approval(step)) {
            line(&format!("  {}", step.words()));
        }
        for (what, policy) in [
            ("approve", ToolPolicy::AutoApproved),
            (
                "have a person approve each call of",
                ToolPolicy::RequiresApproval,
            ),
        ] {
            let tools = self.approved(policy);
            if !tools.is_empty() {
                let (count, tools) = (tools.len(), tools.join(", "));
                line(&format!("  {what} {count} tools: {tools}"));
            }
        }
        if let Some(why) = &self.left {
            line(why);
        }
        if let Some(id) = &self.server_id {
            let agents = match self.agents.is_empty() {
                true => "no agent".to_owned(),
                false => self.agents.join(", "),
            };
            line(&format!("server {id}, used by {agents}"));
        }
        terminal::harmless(&text).into_owned()
    }

    const fn head(&self) -> &'static str {
        match (self.steps.is_empty(), self.is_dry) {
            (true, _) if self.left.is_some() => "nothing to do but what is left",
            (true, _) => "nothing to do: it is as wished",
            (false, true) => "nothing is written; this would be done:",
            (false, false) => "done:",
        }
    }

    /// The tools that are given this policy.
    fn approved(&self, wanted: ToolPolicy) -> Vec<&str> {
        let tools = self.steps.iter().filter_map(|step| match step {
            Step::Approve { tool, policy } if *policy == wanted => Some(tool.as_str()),
            _ => None,
        });
        tools.collect()
    }

    pub(super) fn json(&self) -> String {
        let report = json!({
            "changed": !self.is_dry && !self.steps.is_empty(),
            "differs": self.is_dry && !self.steps.is_empty(),
            "server_id": self.server_id,
            "secret_id": self.secret_id,
            "agents": self.agents,
            "steps": self.steps,
            "left": self.left,
        });
        format!("{report:#}")
    }
}
