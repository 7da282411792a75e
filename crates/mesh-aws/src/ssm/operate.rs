//! What an operator does with the parameters: look without reading, and write.

use std::time::SystemTime;

use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use aws_sdk_ssm::types::{self, ParameterType};
use mesh_core::{Deadline, FoundParameter, Parameter, Secret, SecretSource as _};

use super::Ssm;
use crate::CallError;
use crate::sdk::fault;

/// One parameter that is there, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub parameter: Parameter,
    /// Its whole name, in the spelling that it was found under.
    pub name: String,
    pub kind: ParameterKind,
    pub version: Option<i64>,
    pub changed: Option<SystemTime>,
}

/// How the store keeps a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
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
        let request = self.client(deadline)?.get_parameters();
        let held = self.held(request.with_decryption(false)).await?;
        let of = |name: &str| held.iter().find(|held| held.name() == Some(name));
        let described = Parameter::ALL.into_iter().flat_map(|parameter| {
            let names = parameter.spellings().iter().map(|name| self.spelled(name));
            names.filter_map(move |name| Some(described(parameter, of(&name)?, name)))
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
        let call = self.client(deadline)?.put_parameter();
        let written = call
            .name(self.name(parameter))
            .value(value.reveal())
            .r#type(ParameterType::SecureString)
            .overwrite(true)
            .set_key_id(key.map(ToOwned::to_owned))
            .send()
            .await
            .map_err(|error| fault(&error, "ssm:PutParameter"))?;
        Ok(written.version)
    }

    /// What stands under `name` after the prefix, where anything does.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn parameter(
        &self,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<Secret>, CallError> {
        let name = self.spelled(name);
        let mut found = self.named(std::slice::from_ref(&name), deadline).await?;
        Ok(found.remove(&name))
    }

    /// The same with its version.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn versioned_parameter(
        &self,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<FoundParameter>, CallError> {
        let name = self.spelled(name);
        let mut found = self.found(std::slice::from_ref(&name), deadline).await?;
        Ok(found.remove(&name))
    }

    /// Writes a value in the clear as the next of version `seen`, or as the first where that is none, under `name` after the
    /// prefix. Answers its version where it is that next one. Otherwise another was quicker: the store keeps the value of
    /// that one where nothing was seen, and has this in its place where something was.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_if_version(
        &self,
        name: &str,
        value: &str,
        seen: Option<i64>,
        deadline: Deadline,
    ) -> Result<Option<i64>, CallError> {
        let call = self.client(deadline)?.put_parameter();
        let written = call
            .name(self.spelled(name))
            .value(value)
            .r#type(ParameterType::String)
            .overwrite(seen.is_some())
            .send()
            .await;
        match written {
            Ok(written) => {
                let next = seen.unwrap_or(0) + 1;
                Ok((written.version == next).then_some(next))
            }
            Err(error) => match error.as_service_error() {
                Some(PutParameterError::ParameterAlreadyExists(_)) => Ok(None),
                _ => Err(fault(&error, "ssm:PutParameter")),
            },
        }
    }

    /// Writes a value that no [`Parameter`] is for, over the one that may be there, under `name` after the prefix.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_parameter(
        &self,
        name: &str,
        value: &Secret,
        kind: ParameterKind,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let call = self.client(deadline)?.put_parameter();
        call.name(self.spelled(name))
            .value(value.reveal())
            .r#type(match kind {
                ParameterKind::Secure => ParameterType::SecureString,
                ParameterKind::Plain => ParameterType::String,
            })
            .overwrite(true)
            .send()
            .await
            .map_err(|error| fault(&error, "ssm:PutParameter"))?;
        Ok(())
    }

    /// Deletes what stands under `name` after the prefix; one that is not there is no error.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete_parameter(&self, name: &str, deadline: Deadline) -> Result<(), CallError> {
        let call = self.client(deadline)?.delete_parameters();
        let deleted = call.names(self.spelled(name)).send().await;
        deleted.map_err(|error| fault(&error, "ssm:DeleteParameters"))?;
        Ok(())
    }
}

fn described(parameter: Parameter, held: &types::Parameter, name: String) -> Described {
    let changed = held.last_modified_date();
    Described {
        parameter,
        name,
        kind: match held.r#type() {
            Some(ParameterType::SecureString) => ParameterKind::Secure,
            _ => ParameterKind::Plain,
        },
        version: Some(held.version()),
        changed: changed.and_then(|changed| SystemTime::try_from(*changed).ok()),
    }
}
