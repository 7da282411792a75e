use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use mesh_clients::elevenlabs::workspace::ToolPolicy;

use super::list::{Effect, Tool, names};
use crate::exit::Failure;

/// Which tools are called without a person's approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Approve {
    Read,
    All,
    None,
    Tools(BTreeSet<String>),
}

/// The same over a list of tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Approvals {
    /// As it was asked for.
    pub(super) asked: String,
    /// As the server's configuration has it.
    pub(super) policy: &'static str,
    /// By tool; empty, where one policy is for all.
    pub(super) tools: BTreeMap<String, ToolPolicy>,
}

pub(super) const PER_TOOL: &str = "require_approval_per_tool";

impl FromStr for Approve {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || text.split(',').map(|name| name.trim().to_owned());
        match text {
            "read" => Ok(Self::Read),
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ if names().any(|name| name.is_empty()) => {
                Err("`read`, `all`, `none`, or names of tools with `,` between".to_owned())
            }
            _ => Ok(Self::Tools(names().collect())),
        }
    }
}

impl fmt::Display for Approve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::All => f.write_str("all"),
            Self::None => f.write_str("none"),
            Self::Tools(names) => {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                f.write_str(&names.join(","))
            }
        }
    }
}

impl Approve {
    /// What it means for these tools.
    pub(super) fn over(&self, tools: &[Tool], may_spend: bool) -> Result<Approvals, Failure> {
        let policy = match self {
            Self::All => "auto_approve_all",
            Self::None => "require_approval_all",
            Self::Read | Self::Tools(_) => PER_TOOL,
        };
        let approved = |tool: &Tool| match self {
            Self::Read => tool.effect == Effect::Read,
            Self::Tools(named) => named.contains(&tool.name),
            Self::All | Self::None => false,
        };
        self.refuse_strangers(tools)?;
        if *self == Self::All && !may_spend {
            refuse_spending(tools)?;
        }
        let each = tools.iter().filter(|_| policy == PER_TOOL);
        let each = each.map(|tool| {
            let policy = match approved(tool) {
                true => ToolPolicy::AutoApproved,
                false => ToolPolicy::RequiresApproval,
            };
            (tool.name.clone(), policy)
        });
        Ok(Approvals {
            asked: self.to_string(),
            policy,
            tools: each.collect(),
        })
    }

    fn refuse_strangers(&self, tools: &[Tool]) -> Result<(), Failure> {
        let Self::Tools(named) = self else {
            return Ok(());
        };
        let is_listed = |name: &&String| tools.iter().any(|tool| tool.name == **name);
        match named.iter().find(|name| !is_listed(name)) {
            None => Ok(()),
            Some(stranger) => Err(Failure::usage(format!(
                "`--approve`: the server lists no tool `{}`",
                stranger.escape_debug()
            ))),
        }
    }
}

fn refuse_spending(tools: &[Tool]) -> Result<(), Failure> {
    let spending = names(tools.iter().filter(|tool| tool.effect == Effect::Spend));
    match spending.is_empty() {
        true => Ok(()),
        false => Err(Failure::usage(format!(
            "`--approve all` would let agents spend without asking, by {spending}: approve `read`, or name tools; `--yes` if that \
             is meant"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tools() -> [Tool; 2] {
        let tool = |name: &str, is_read: bool| {
            let hints = json!({"readOnlyHint": is_read, "destructiveHint": !is_read});
            Tool::of(&json!({"name": name, "annotations": hints}))
        };
        [tool("search", true), tool("speak", false)]
    }

    fn over(text: &str, may_spend: bool) -> Result<(&'static str, Vec<ToolPolicy>), String> {
        let approve: Approve = text.parse()?;
        match approve.over(&tools(), may_spend) {
            Ok(approvals) => Ok((approvals.policy, approvals.tools.into_values().collect())),
            Err(Failure::Usage(sentences)) => Err(sentences.join(" ")),
            Err(other) => panic!("no fault of usage: {other:?}"),
        }
    }

    #[test]
    fn what_only_reads_is_approved_unless_something_else_is_said() {
        use ToolPolicy::{AutoApproved, RequiresApproval};
        let per_tool = |policies| Ok((PER_TOOL, policies));
        assert_eq!(
            over("read", false),
            per_tool(vec![AutoApproved, RequiresApproval])
        );
        assert_eq!(
            over("speak", false),
            per_tool(vec![RequiresApproval, AutoApproved])
        );
        assert_eq!(over("none", false), Ok(("require_approval_all", vec![])));
        assert_eq!(over("all", true), Ok(("auto_approve_all", vec![])));
    }

    #[test]
    fn spending_is_approved_only_where_that_is_said_twice() {
        let said = over("all", false).expect_err("refused");
        assert!(
            said.contains("`speak`") && said.contains("`--yes`"),
            "{said}"
        );
        assert!(!said.contains("`search`"), "{said}");
    }

    #[test]
    fn a_tool_that_there_is_not_is_named() {
        assert_eq!(
            over("search,dig", false),
            Err("`--approve`: the server lists no tool `dig`".to_owned())
        );
        assert!(over("search,,dig", false).is_err());
    }
}
