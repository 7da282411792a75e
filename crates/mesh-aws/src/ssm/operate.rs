//! What an operator does with the parameters: look without reading, and write.

use std::time::{Duration, SystemTime};

use mesh_core::{Deadline, Parameter, Secret};
use serde::Deserialize;
use serde_json::json;

use super::Ssm;
use crate::CallError;

/// One parameter that is there, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub parameter: Parameter,
    /// Its whole name, in the spelling that it was found under.
    pub name: String,
    pub kind: Kind,
    pub version: Option<i64>,
    pub changed: Option<SystemTime>,
}

/// How the store keeps a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Encrypted: `SecureString`.
    Secure,
    /// In the clear: anyone who may describe parameters of the account can read it.
    Plain,
}

impl Ssm {
    /// Every parameter that is there, in each spelling, in the order of [`Parameter::ALL`]. Nothing is decrypted: it needs no
    /// right to a key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn describe(&self, deadline: Deadline) -> Result<Vec<Described>, CallError> {
        let body = json!({ "Names": self.spellings(), "WithDecryption": false }).to_string();
        let answer = self.call("GetParameters", body, deadline).await?;
        let answer: Answer =
            serde_json::from_slice(&answer.body).map_err(|_| CallError::unreadable())?;
        let held = |name: &str| answer.parameters.iter().find(|held| held.name == name);
        let described = Parameter::ALL.into_iter().flat_map(|parameter| {
            let names = parameter.spellings().iter().map(|name| self.spelled(name));
            names.filter_map(move |name| Some(described(parameter, held(&name)?)))
        });
        Ok(described.collect())
    }

    /// Writes a value, encrypted, under the first spelling, over the one that may be there; with `key` of the customer's own,
    /// or the account's. Returns its new version.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put(
        &self,
        parameter: Parameter,
        value: &Secret,
        key: Option<&str>,
        deadline: Deadline,
    ) -> Result<i64, CallError> {
        let spelling = parameter.spellings().first();
        let mut body = json!({
            "Name": self.spelled(spelling.expect("a parameter has a name")),
            "Value": value.reveal(),
            "Type": "SecureString",
            "Overwrite": true,
        });
        if let Some(key) = key {
            body["KeyId"] = key.into();
        }
        let answer = self
            .call("PutParameter", body.to_string(), deadline)
            .await?;
        let written: Written =
            serde_json::from_slice(&answer.body).map_err(|_| CallError::unreadable())?;
        Ok(written.version)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    parameters: Vec<Held>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Held {
    name: String,
    r#type: String,
    version: Option<i64>,
    /// Seconds since 1970.
    last_modified_date: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    version: i64,
}

fn described(parameter: Parameter, held: &Held) -> Described {
    let since = held.last_modified_date;
    let since = since.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Described {
        parameter,
        name: held.name.clone(),
        kind: match held.r#type.as_str() {
            "SecureString" => Kind::Secure,
            _ => Kind::Plain,
        },
        version: held.version,
        changed: since.map(|since| SystemTime::UNIX_EPOCH + since),
    }
}
