use mesh_core::Deadline;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::Account;
use crate::endpoint::Service;
use crate::{CallError, call};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    policy: String,
}

impl Account {
    /// Who else may call a function, or one alias of it: its own policy as JSON, if it has one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn function_policy(
        &self,
        function: &str,
        alias: Option<&str>,
        deadline: Deadline,
    ) -> Result<Option<String>, CallError> {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut path = format!("/2015-03-31/functions/{}/policy", encoded(function));
        if let Some(alias) = alias {
            path.push_str(&format!("?Qualifier={}", encoded(alias)));
        }
        match call::rest(&self.aws, Service::Lambda, "GetPolicy", &path, deadline).await {
            Ok(answer) => {
                let answer: Answer =
                    serde_json::from_slice(&answer.body).map_err(|_| CallError::unreadable())?;
                Ok(Some(answer.policy))
            }
            Err(CallError::Refused(code)) if code == "ResourceNotFoundException" => Ok(None),
            Err(error) => Err(error),
        }
    }
}
