use mesh_core::Deadline;

use super::Account;
use crate::endpoint::Service;
use crate::{CallError, call, xml};

/// Whose the credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub account: String,
    /// Of a user, or of a role's session: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`.
    pub arn: String,
}

impl Identity {
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

impl Account {
    /// Needs no permission.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn identity(&self, deadline: Deadline) -> Result<Identity, CallError> {
        let fields = [("Version", "2011-06-15")];
        let operation = "GetCallerIdentity";
        let answer = call::query(&self.aws, Service::Sts, operation, &fields, deadline).await?;
        let text = String::from_utf8_lossy(&answer.body);
        let field = |tag| xml::text(&text, tag).ok_or_else(CallError::unreadable);
        Ok(Identity {
            account: field("Account")?.to_owned(),
            arn: field("Arn")?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(arn: &str) -> String {
        let identity = Identity {
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
