use mesh_core::Effect;
use mesh_doors::limits::{Limit, Sizes};
use mesh_doors::policy::{Asked, Denied, Verdict};
use mesh_gateway::catalogue::family;
use mesh_gateway::{Found, ItemKind, RemoteItem, RemoteTool};
use mesh_tools::{Entry, ToolError, View};

use super::Granted;

impl Granted {
    /// What of a view this caller sees.
    pub(crate) fn limit(&self, mut view: View) -> View {
        view.tools.retain(|tool| self.allows(&asked(tool)));
        view.resources
            .retain(|resource| self.allows(&Asked::Resource(resource.uri)));
        view.templates
            .retain(|template| self.allows(&Asked::Template(template.prefix)));
        view.prompts
            .retain(|prompt| self.allows(&Asked::Prompt(prompt.name)));
        let tools = view.tools.iter().copied();
        let constrained = tools.filter(|tool| self.policy.constrains(&self.rights, &asked(tool)));
        view.constrained = constrained.collect();
        view
    }

    /// Why a tool is not in the caller's view, where the policy is why.
    pub(crate) fn denied(&self, tool: &Entry) -> Option<Denied> {
        match self.policy.verdict(&self.rights, &asked(tool)) {
            Verdict::Allowed => None,
            Verdict::Denied(denied) => Some(denied),
        }
    }

    /// As [`Self::denied`], of a tool of an upstream. One that belongs to a team is nobody else's.
    pub(crate) fn denied_remote(&self, tool: &RemoteTool) -> Option<Denied> {
        let asked = asked_remote(tool);
        match &tool.team {
            Some(team) => self.policy.verdict_within(&self.rights, &asked, team),
            None => self.policy.verdict(&self.rights, &asked),
        }
        .denied()
    }

    /// Whether the caller may have a prompt or a resource of an upstream.
    pub(crate) fn allows_remote(&self, kind: ItemKind, item: &RemoteItem) -> bool {
        let asked = match kind {
            ItemKind::Prompt => Asked::Prompt(&item.key),
            ItemKind::Resource => Asked::Resource(&item.key),
            ItemKind::Template => Asked::Template(prefix(&item.key)),
        };
        let verdict = match &item.team {
            Some(team) => self.policy.verdict_within(&self.rights, &asked, team),
            None => self.policy.verdict(&self.rights, &asked),
        };
        verdict.is_allowed()
    }

    /// Whether a resource of an upstream's may be read that is asked for by this URI. One that is in no list is judged by its
    /// own URI, too: there are several ways to ask for it.
    pub(crate) fn allows_found(&self, uri: &str, found: &Found) -> bool {
        let allows = |uri| self.allows_within(&Asked::Resource(uri), found.team.as_deref());
        allows(uri) && (found.is_listed || allows(&found.uri))
    }

    /// Whether the caller might have a tool of that name of an upstream's, if there were one.
    pub(crate) fn may_know(&self, tool: &str, upstream: &str, team: Option<&str>) -> bool {
        let asked = Asked::Tool {
            name: tool,
            family: &family(upstream),
            effect: Effect::Read,
        };
        self.allows_within(&asked, team)
    }

    /// What belongs to a team is nobody else's.
    fn allows_within(&self, asked: &Asked<'_>, team: Option<&str>) -> bool {
        match team {
            Some(team) => self.policy.verdict_within(&self.rights, asked, team),
            None => self.policy.verdict(&self.rights, asked),
        }
        .is_allowed()
    }

    /// As [`Self::judge`], of a tool of an upstream, whose arguments go to it as they are.
    pub(crate) fn judge_remote(
        &self,
        tool: &RemoteTool,
        arguments: &serde_json::Value,
    ) -> Option<Denied> {
        let asked = asked_remote(tool);
        self.policy.arguments(&self.rights, &asked, arguments).err()
    }

    /// Whether one resource may be read: a family of them may be allowed in part.
    pub(crate) fn allows_resource(&self, uri: &str) -> bool {
        self.allows(&Asked::Resource(uri))
    }

    pub(crate) fn allows_prompt(&self, name: &str) -> bool {
        self.allows(&Asked::Prompt(name))
    }

    /// Whether anything of a family of resources may be read.
    pub(crate) fn allows_template(&self, template: &str) -> bool {
        self.allows(&Asked::Template(prefix(template)))
    }

    /// Judges the arguments of a call, as the tool will read them.
    pub(crate) fn judge(
        &self,
        tool: &'static Entry,
    ) -> impl Fn(&serde_json::Value) -> Result<(), ToolError> + Send + Sync + 'static {
        let granted = self.clone();
        move |arguments| {
            let judged = granted
                .policy
                .arguments(&granted.rights, &asked(tool), arguments);
            judged.map_err(|denied| ToolError::Denied(denied.to_string()))
        }
    }

    pub(crate) fn limit_of(&self, effect: Effect) -> Limit {
        self.policy.limit(&self.rights, effect)
    }

    pub(crate) fn sizes_of(&self, effect: Effect) -> Sizes {
        self.policy.sizes(&self.rights, effect)
    }

    /// The names of the caller's teams, with commas between.
    pub(crate) fn teams(&self) -> String {
        let teams: Vec<_> = self.policy.teams(&self.rights).collect();
        teams.join(",")
    }

    fn allows(&self, asked: &Asked<'_>) -> bool {
        self.policy.verdict(&self.rights, asked).is_allowed()
    }
}

/// What all of a family of resources begin with.
fn prefix(template: &str) -> &str {
    template.split('{').next().unwrap_or_default()
}

fn asked(tool: &Entry) -> Asked<'_> {
    Asked::Tool {
        name: tool.name.as_str(),
        family: tool.family.as_str(),
        effect: tool.effect,
    }
}

fn asked_remote(tool: &RemoteTool) -> Asked<'_> {
    Asked::Tool {
        name: tool.name.as_str(),
        family: &tool.family,
        effect: tool.effect,
    }
}
