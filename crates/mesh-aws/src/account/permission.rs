use mesh_core::Deadline;

use super::Account;
use crate::endpoint::Service;
use crate::{CallError, call, xml};

/// Whether an action is allowed, as far as the policies of the principal say. A policy of the function itself, of the
/// organisation or of a session is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Such as `lambda:InvokeFunctionUrl`.
    pub action: String,
    pub is_allowed: bool,
}

/// A caller of a function's own address needs both since October 2025. Each is granted under a condition of its own, and
/// without its key the simulation would say no.
const QUESTION: &[(&str, &str)] = &[
    ("Version", "2010-05-08"),
    ("ActionNames.member.1", "lambda:InvokeFunctionUrl"),
    ("ActionNames.member.2", "lambda:InvokeFunction"),
    (
        "ContextEntries.member.1.ContextKeyName",
        "lambda:FunctionUrlAuthType",
    ),
    ("ContextEntries.member.1.ContextKeyType", "string"),
    (
        "ContextEntries.member.1.ContextKeyValues.member.1",
        "AWS_IAM",
    ),
    (
        "ContextEntries.member.2.ContextKeyName",
        "lambda:InvokedViaFunctionUrl",
    ),
    ("ContextEntries.member.2.ContextKeyType", "boolean"),
    ("ContextEntries.member.2.ContextKeyValues.member.1", "true"),
];

impl Account {
    /// The two permissions that a caller of a Function URL needs, for the user or role `principal` and the function (or
    /// alias) `function`, both by ARN.
    ///
    /// # Errors
    /// See [`CallError`]; asking is a permission of its own, `iam:SimulatePrincipalPolicy`.
    pub async fn url_permissions(
        &self,
        principal: &str,
        function: &str,
        deadline: Deadline,
    ) -> Result<Vec<Permission>, CallError> {
        let mut fields = QUESTION.to_vec();
        fields.push(("PolicySourceArn", principal));
        fields.push(("ResourceArns.member.1", function));
        let operation = "SimulatePrincipalPolicy";
        let answer = call::query(&self.aws, Service::Iam, operation, &fields, deadline).await?;
        let permissions = permissions(&String::from_utf8_lossy(&answer.body));
        if permissions.is_empty() {
            return Err(CallError::unreadable());
        }
        Ok(permissions)
    }
}

/// Each action is followed by its decision or preceded by it: the order of elements is not promised, their nesting is.
fn permissions(answer: &str) -> Vec<Permission> {
    xml::members(answer, "EvaluationResults")
        .into_iter()
        .filter_map(|member| {
            Some(Permission {
                action: xml::text(member, "EvalActionName")?.to_owned(),
                is_allowed: xml::text(member, "EvalDecision")? == "allowed",
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_has_the_decision_beside_it() {
        let answer = "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>\
            <member><MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements>\
            <MissingContextValues/><EvalDecision>allowed</EvalDecision>\
            <EvalActionName>lambda:InvokeFunctionUrl</EvalActionName></member>\
            <member><EvalActionName>lambda:InvokeFunction</EvalActionName>\
            <EvalDecision>implicitDeny</EvalDecision></member>\
            </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>";
        let found: Vec<_> = permissions(answer)
            .into_iter()
            .map(|permission| (permission.action, permission.is_allowed))
            .collect();
        assert_eq!(
            found,
            [
                ("lambda:InvokeFunctionUrl".to_owned(), true),
                ("lambda:InvokeFunction".to_owned(), false)
            ]
        );
    }
}
