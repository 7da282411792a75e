//! What an operator asks of the account, and no one else: who am I, what may I, is it set up as it should be.

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};
use mesh_core::Deadline;

use crate::endpoint::Service;
use crate::sdk::fault;
use crate::{Aws, CallError};

/// The account of the credentials.
#[derive(Clone, Debug)]
pub struct Account {
    aws: Aws,
}

/// Whose the credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    pub account: String,
    /// Of a user, or of a role's session: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`.
    pub arn: String,
}

/// Whether an action is allowed, as far as the policies of the principal say. A policy of the function itself, of the
/// organisation or of a session is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Such as `lambda:InvokeFunctionUrl`.
    pub action: String,
    pub is_allowed: bool,
}

/// Where a function's log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    pub name: String,
    /// For ever, where none is set.
    pub retention_days: Option<i32>,
}

impl Account {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone() }
    }

    /// Needs no permission.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn identity(&self, deadline: Deadline) -> Result<CallerIdentity, CallError> {
        let sts = aws_sdk_sts::Client::new(&self.aws.sdk(Service::Sts, deadline)?);
        let caller = sts.get_caller_identity().send().await;
        let caller = caller.map_err(|error| fault(&error, "sts:GetCallerIdentity"))?;
        Ok(CallerIdentity {
            account: caller.account.ok_or_else(CallError::unreadable)?,
            arn: caller.arn.ok_or_else(CallError::unreadable)?,
        })
    }

    /// The two permissions that a caller of a Function URL needs since October 2025, for the user or role `principal` and the
    /// function (or alias) `function`, both by ARN.
    ///
    /// # Errors
    /// See [`CallError`]; asking is a permission of its own, `iam:SimulatePrincipalPolicy`.
    pub async fn url_permissions(
        &self,
        principal: &str,
        function: &str,
        deadline: Deadline,
    ) -> Result<Vec<Permission>, CallError> {
        let iam = aws_sdk_iam::Client::new(&self.aws.sdk(Service::Iam, deadline)?);
        let url = context(
            "lambda:FunctionUrlAuthType",
            ContextKeyTypeEnum::String,
            "AWS_IAM",
        );
        let via = context(
            "lambda:InvokedViaFunctionUrl",
            ContextKeyTypeEnum::Boolean,
            "true",
        );
        let simulated = iam
            .simulate_principal_policy()
            .policy_source_arn(principal)
            .resource_arns(function)
            .action_names("lambda:InvokeFunctionUrl")
            .action_names("lambda:InvokeFunction")
            .context_entries(url)
            .context_entries(via)
            .send()
            .await
            .map_err(|error| fault(&error, "iam:SimulatePrincipalPolicy"))?;
        let results = simulated.evaluation_results.unwrap_or_default();
        if results.is_empty() {
            return Err(CallError::unreadable());
        }
        let permissions = results.into_iter().map(|result| Permission {
            is_allowed: result.eval_decision == PolicyEvaluationDecisionType::Allowed,
            action: result.eval_action_name,
        });
        Ok(permissions.collect())
    }

    /// The log group of exactly this name, if there is one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn log_group(
        &self,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<LogGroup>, CallError> {
        let logs = aws_sdk_cloudwatchlogs::Client::new(&self.aws.sdk(Service::Logs, deadline)?);
        // They come by name, so the exact one is the first of those that begin with it.
        let call = logs.describe_log_groups().log_group_name_prefix(name);
        let groups = call.limit(1).send().await;
        let groups = groups.map_err(|error| fault(&error, "logs:DescribeLogGroups"))?;
        let mut groups = groups.log_groups.into_iter().flatten();
        let group = groups.find(|group| group.log_group_name() == Some(name));
        Ok(group.map(|group| LogGroup {
            name: name.to_owned(),
            retention_days: group.retention_in_days,
        }))
    }
}

/// Each permission is granted under a condition of its own, and without its key the simulation would say no.
fn context(name: &str, kind: ContextKeyTypeEnum, value: &str) -> ContextEntry {
    let entry = ContextEntry::builder().context_key_name(name);
    let entry = entry.context_key_type(kind).context_key_values(value);
    entry.build()
}

impl CallerIdentity {
    /// Whom policies are attached to: the user, or the role behind a session. A role's path is not in a session's name, so a
    /// role with a path is not found by this.
    #[must_use]
    pub fn principal(&self) -> String {
        let Some((before, role)) = self.arn.split_once(":assumed-role/") else {
            return self.arn.clone();
        };
        let role = role.split('/').next().unwrap_or_default();
        format!("{}:role/{role}", before.replacen(":sts:", ":iam:", 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(arn: &str) -> String {
        let identity = CallerIdentity {
            account: "123456789012".to_owned(),
            arn: arn.to_owned(),
        };
        identity.principal()
    }

    #[test]
    fn the_principal_of_a_session_is_its_role() {
        assert_eq!(
            principal("arn:aws:sts::123456789012:assumed-role/deployer/ci-run-7"),
            "arn:aws:iam::123456789012:role/deployer"
        );
    }

    #[test]
    fn the_principal_of_a_user_is_the_user() {
        let user = "arn:aws:iam::123456789012:user/team/ann";
        assert_eq!(principal(user), user);
    }
}
