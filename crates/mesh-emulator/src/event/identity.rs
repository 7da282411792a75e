use serde_json::{Value, json};

/// What stood at the door of a request and let it in.
#[derive(Debug, Clone)]
pub enum Authorizer {
    Iam(Identity),
    /// The claims of a token, and the scopes the route asks for.
    Jwt {
        claims: Value,
        scopes: Option<Vec<String>>,
    },
    /// The context that a Lambda authorizer returned.
    Lambda(Value),
}

/// An IAM principal.
#[derive(Debug, Clone)]
pub struct Identity {
    pub access_key: String,
    pub account_id: String,
    pub caller_id: String,
    pub user_arn: String,
    pub user_id: String,
}

impl Identity {
    /// The principal of an ARN, with ids made up to fit: a user's or an assumed role's.
    pub fn of(user_arn: &str) -> Self {
        let account_id = user_arn.split(':').nth(4).unwrap_or_default().to_owned();
        let session = user_arn.rsplit('/').next().unwrap_or_default();
        let assumed = user_arn.contains(":assumed-role/");
        let id = if assumed {
            format!("AROAEMULATEDEXAMPLE0:{session}")
        } else {
            "AIDAEMULATEDEXAMPLE0".to_owned()
        };
        Self {
            access_key: if assumed {
                "ASIAEMULATEDCALLER00"
            } else {
                "AKIAEMULATEDCALLER00"
            }
            .to_owned(),
            account_id,
            caller_id: id.clone(),
            user_arn: user_arn.to_owned(),
            user_id: id,
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "accessKey": self.access_key,
            "accountId": self.account_id,
            "callerId": self.caller_id,
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": self.user_arn,
            "userId": self.user_id,
        })
    }
}

impl Authorizer {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Iam(identity) => json!({ "iam": identity.to_json() }),
            Self::Jwt { claims, scopes } => {
                json!({ "jwt": { "claims": claims, "scopes": scopes } })
            }
            Self::Lambda(context) => json!({ "lambda": context }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumed_role_carries_its_session() {
        let identity = Identity::of("arn:aws:sts::123456789012:assumed-role/team/alice");
        assert_eq!(identity.account_id, "123456789012");
        assert_eq!(identity.user_id, "AROAEMULATEDEXAMPLE0:alice");
    }
}
