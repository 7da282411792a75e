use mesh_clients::elevenlabs::workspace::ToolPolicy;
use serde::Serialize;

/// One thing to be done. As it is written for a program it has ids and names of fields only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(in super::super) enum Step {
    CreateSecret,
    SetSecret,
    CreateServer,
    /// Changes these fields of the server.
    ChangeServer {
        fields: Vec<String>,
    },
    /// Another is made, as these fields differ and cannot be changed.
    ReplaceServer {
        old: String,
        fields: Vec<String>,
    },
    /// The ids are written down: the server's, and that of one it takes the place of.
    Remember {
        #[serde(skip)]
        replaces: Option<String>,
    },
    /// ElevenLabs is asked which tools it sees.
    CheckTools,
    Approve {
        tool: String,
        policy: ToolPolicy,
    },
    /// Of a tool that there is no longer.
    Withdraw {
        tool: String,
    },
    Attach {
        agent: String,
        instead_of: Option<String>,
    },
    Detach {
        agent: String,
        server: String,
    },
    DeleteServer {
        server: String,
    },
    DeleteSecret {
        secret: String,
    },
    /// Its secret, which is shown this once, is written down at once.
    CreateWebhook,
    /// Switched on, and tried again after a failure.
    EnableWebhook,
    /// The settings name it, and what it is told of.
    UseWebhook,
    DeleteWebhook {
        webhook: String,
    },
    /// The settings name none.
    ReleaseWebhook,
    /// The ids that were written down.
    Forget,
}

impl Step {
    /// Whether ElevenLabs may see another list of tools after it.
    pub(super) fn is_seen(&self) -> bool {
        matches!(
            self,
            Self::CreateSecret
                | Self::SetSecret
                | Self::CreateServer
                | Self::ChangeServer { .. }
                | Self::ReplaceServer { .. }
        )
    }

    /// Whether it changes nothing.
    pub(in super::super) fn is_look(&self) -> bool {
        *self == Self::CheckTools
    }

    /// What it does, for a person.
    pub(in super::super) fn words(&self) -> String {
        match self {
            Self::CreateSecret => "create the secret".to_owned(),
            Self::SetSecret => "write the secret anew".to_owned(),
            Self::CreateServer => "create the server".to_owned(),
            Self::ChangeServer { fields } => format!("change the server: {}", fields.join(", ")),
            Self::ReplaceServer { old, fields } => {
                format!(
                    "put another server in the place of `{old}`: {}",
                    fields.join(", ")
                )
            }
            Self::Remember { .. } => "write down the server's id".to_owned(),
            Self::CheckTools => "have ElevenLabs list the tools".to_owned(),
            Self::Approve { tool, policy } => match policy {
                ToolPolicy::AutoApproved => format!("approve `{tool}`"),
                ToolPolicy::RequiresApproval => {
                    format!("have a person approve each call of `{tool}`")
                }
            },
            Self::Withdraw { tool } => {
                format!(
                    "withdraw the approval of `{}`, which is gone",
                    tool.escape_debug()
                )
            }
            Self::Attach { agent, instead_of } => match instead_of {
                None => format!("give the server to the agent `{agent}`"),
                Some(old) => format!("give the server to the agent `{agent}` in place of `{old}`"),
            },
            Self::Detach { agent, server } => format!("take `{server}` from the agent `{agent}`"),
            Self::DeleteServer { server } => format!("delete the server `{server}`"),
            Self::DeleteSecret { secret } => format!("delete the secret `{secret}`"),
            Self::CreateWebhook => "create the webhook, and keep its secret".to_owned(),
            Self::EnableWebhook => {
                "switch the webhook on, and have failures tried again".to_owned()
            }
            Self::UseWebhook => "have the ends of calls sent to the webhook".to_owned(),
            Self::DeleteWebhook { webhook } => format!("delete the webhook `{webhook}`"),
            Self::ReleaseWebhook => "have the ends of calls sent to nobody".to_owned(),
            Self::Forget => "forget the server's id".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_is_written_for_a_program_by_its_name_and_ids() {
        let written = |step: Step| serde_json::to_value(step).expect("an object");
        assert_eq!(written(Step::CheckTools), json!({"step": "check_tools"}));
        let replaces = Some("server_1".to_owned());
        assert_eq!(
            written(Step::Remember { replaces }),
            json!({"step": "remember"})
        );
        let approve = Step::Approve {
            tool: "search".to_owned(),
            policy: ToolPolicy::AutoApproved,
        };
        assert_eq!(
            written(approve),
            json!({"step": "approve", "tool": "search", "policy": "auto_approved"})
        );
        let attach = Step::Attach {
            agent: "agent_1".to_owned(),
            instead_of: None,
        };
        assert_eq!(
            written(attach),
            json!({"step": "attach", "agent": "agent_1", "instead_of": null})
        );
    }
}
