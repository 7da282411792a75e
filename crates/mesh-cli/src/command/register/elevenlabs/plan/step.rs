use mesh_clients::elevenlabs::workspace::ToolPolicy;
use serde_json::{Value, json};

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Step {
    CreateSecret,
    SetSecret,
    CreateServer,
    /// These fields.
    ChangeServer(Vec<String>),
    /// Another is made, as these fields differ and cannot be changed.
    ReplaceServer {
        old: String,
        fields: Vec<String>,
    },
    /// The ids are written down: the server's, and that of one it takes the place of.
    Remember {
        replaces: Option<String>,
    },
    /// ElevenLabs is asked which tools it sees.
    CheckTools,
    Approve {
        tool: String,
        policy: ToolPolicy,
    },
    /// Of a tool that there is no longer.
    Withdraw(String),
    Attach {
        agent: String,
        instead_of: Option<String>,
    },
    Detach {
        agent: String,
        server: String,
    },
    DeleteServer(String),
    DeleteSecret(String),
    /// Its secret, which is shown this once, is written down at once.
    CreateWebhook,
    /// Switched on, and tried again after a failure.
    EnableWebhook,
    /// The settings name it, and what it is told of.
    UseWebhook,
    DeleteWebhook(String),
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
                | Self::ChangeServer(_)
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
            Self::ChangeServer(fields) => format!("change the server: {}", fields.join(", ")),
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
            Self::Withdraw(tool) => {
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
            Self::DeleteServer(id) => format!("delete the server `{id}`"),
            Self::DeleteSecret(id) => format!("delete the secret `{id}`"),
            Self::CreateWebhook => "create the webhook, and keep its secret".to_owned(),
            Self::EnableWebhook => {
                "switch the webhook on, and have failures tried again".to_owned()
            }
            Self::UseWebhook => "have the ends of calls sent to the webhook".to_owned(),
            Self::DeleteWebhook(id) => format!("delete the webhook `{id}`"),
            Self::ReleaseWebhook => "have the ends of calls sent to nobody".to_owned(),
            Self::Forget => "forget the server's id".to_owned(),
        }
    }

    /// The same for a program: ids and names of fields only.
    pub(in super::super) fn object(&self) -> Value {
        match self {
            Self::CreateSecret => json!({"step": "create_secret"}),
            Self::SetSecret => json!({"step": "set_secret"}),
            Self::CreateServer => json!({"step": "create_server"}),
            Self::ChangeServer(fields) => json!({"step": "change_server", "fields": fields}),
            Self::ReplaceServer { old, fields } => {
                json!({"step": "replace_server", "old": old, "fields": fields})
            }
            Self::Remember { .. } => json!({"step": "remember"}),
            Self::CheckTools => json!({"step": "check_tools"}),
            Self::Approve { tool, policy } => {
                json!({"step": "approve", "tool": tool, "policy": policy})
            }
            Self::Withdraw(tool) => json!({"step": "withdraw", "tool": tool}),
            Self::Attach { agent, instead_of } => {
                json!({"step": "attach", "agent": agent, "instead_of": instead_of})
            }
            Self::Detach { agent, server } => {
                json!({"step": "detach", "agent": agent, "server": server})
            }
            Self::DeleteServer(id) => json!({"step": "delete_server", "server": id}),
            Self::DeleteSecret(id) => json!({"step": "delete_secret", "secret": id}),
            Self::CreateWebhook => json!({"step": "create_webhook"}),
            Self::EnableWebhook => json!({"step": "enable_webhook"}),
            Self::UseWebhook => json!({"step": "use_webhook"}),
            Self::DeleteWebhook(id) => json!({"step": "delete_webhook", "webhook": id}),
            Self::ReleaseWebhook => json!({"step": "release_webhook"}),
            Self::Forget => json!({"step": "forget"}),
        }
    }
}
