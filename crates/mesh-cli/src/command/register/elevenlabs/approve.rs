use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use mesh_clients::elevenlabs::workspace::ToolPolicy;
use serde::{Deserialize, Serialize};

use super::list::{Effect, Tool, names};
use crate::exit::Failure;

/// Which tools are called without a person's approval.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) enum Approve {
    Read,
    All,
    None,
    Tools(BTreeSet<String>),
}

/// An [`Approve`] resolved against the server's tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Approvals {
    pub(super) asked: Approve,
    pub(super) policy: ApprovalPolicy,
    /// By tool; empty, where one policy is for all.
    pub(super) tools: BTreeMap<String, ToolPolicy>,
}

/// As the server's configuration has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ApprovalPolicy {
    AutoApproveAll,
    RequireApprovalAll,
    RequireApprovalPerTool,
}

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

impl TryFrom<String> for Approve {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Approve> for String {
    fn from(approve: Approve) -> Self {
        approve.to_string()
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
            Self::All => ApprovalPolicy::AutoApproveAll,
            Self::None => ApprovalPolicy::RequireApprovalAll,
            Self::Read | Self::Tools(_) => ApprovalPolicy::RequireApprovalPerTool,
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
        let is_each = policy == ApprovalPolicy::RequireApprovalPerTool;
        let each = tools.iter().filter(|_| is_each).map(|tool| {
            let policy = match approved(tool) {
                true => ToolPolicy::AutoApproved,
                false => ToolPolicy::RequiresApproval,
            };
            (tool.name.clone(), policy)
        });
        Ok(Approvals {
            asked: self.clone(),
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

    fn over(text: &str, may_spend: bool) -> Result<(ApprovalPolicy, Vec<ToolPolicy>), String> {
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
        let per_tool = |policies| Ok((ApprovalPolicy::RequireApprovalPerTool, policies));
        assert_eq!(
            over("read", false),
            per_tool(vec![AutoApproved, RequiresApproval])
        );
        assert_eq!(
            over("speak", false),
            per_tool(vec![RequiresApproval, AutoApproved])
        );
        assert_eq!(
            over("none", false),
            Ok((ApprovalPolicy::RequireApprovalAll, vec![]))
        );
        assert_eq!(
            over("all", true),
            Ok((ApprovalPolicy::AutoApproveAll, vec![]))
        );
    }

    #[test]
    fn it_is_written_as_it_is_said_and_a_policy_as_elevenlabs_has_it() {
        for text in ["read", "all", "none", "dig,search"] {
            let approve: Approve = text.parse().expect("it is one");
            let written = json!(approve);
            assert_eq!(written, text);
            let read: Approve = serde_json::from_value(written).expect("it is one");
            assert_eq!(read, approve);
        }
        assert_eq!(json!(ApprovalPolicy::AutoApproveAll), "auto_approve_all");
        assert_eq!(
            json!(ApprovalPolicy::RequireApprovalPerTool),
            "require_approval_per_tool"
        );
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
