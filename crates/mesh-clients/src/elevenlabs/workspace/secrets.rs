use http::Method;
use mesh_core::{Deadline, Secret};
use serde_json::{Value, json};

use super::{Charge, ElevenLabs, ElevenLabsError, lacking, list, text};
use crate::elevenlabs::client::{id, with_query};

const PATH: &str = "/v1/convai/secrets";

/// With a hundred on each.
const MAX_PAGES: usize = 100;

/// A secret of the workspace. No answer has its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecret {
    pub secret_id: String,
    pub name: String,
}

impl ElevenLabs {
    /// `GET /v1/convai/secrets`, page by page: those whose names begin so.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn secrets(
        &self,
        key: &Secret,
        prefix: &str,
        deadline: Deadline,
    ) -> Result<Vec<StoredSecret>, ElevenLabsError> {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let query = [
                ("page_size", Some("100")),
                ("search", Some(prefix)),
                ("cursor", cursor.as_deref()),
            ];
            let page: Value = self.look(key, &with_query(PATH, &query), deadline).await?;
            for secret in list(&page, "secrets")? {
                found.push(stored(secret)?);
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() || page["has_more"] != true {
                return Ok(found);
            }
        }
        Err(ElevenLabsError::UnexpectedAnswer {
            what: "its list of secrets does not end".to_owned(),
            charge: Charge::None,
        })
    }

    /// `POST /v1/convai/secrets`; the id of the new one.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn create_secret(
        &self,
        key: &Secret,
        name: &str,
        value: &Secret,
        deadline: Deadline,
    ) -> Result<String, ElevenLabsError> {
        let body = json!({"type": "new", "name": name, "value": value.reveal()});
        let answer: Value = self.write(Method::POST, key, PATH, &body, deadline).await?;
        text(&answer, "secret_id")
    }

    /// `PATCH /v1/convai/secrets/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn set_secret(
        &self,
        key: &Secret,
        secret: &StoredSecret,
        value: &Secret,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{PATH}/{}", id(&secret.secret_id)?);
        let body = json!({"type": "update", "name": secret.name, "value": value.reveal()});
        let answer: Value = self
            .write(Method::PATCH, key, &path, &body, deadline)
            .await?;
        match answer["secret_id"] == secret.secret_id.as_str() {
            true => Ok(()),
            false => Err(lacking("secret_id")),
        }
    }

    /// `DELETE /v1/convai/secrets/{id}`: refused while something uses it.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn delete_secret(
        &self,
        key: &Secret,
        secret_id: &str,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{PATH}/{}", id(secret_id)?);
        self.delete(key, &path, deadline).await
    }
}

fn stored(secret: &Value) -> Result<StoredSecret, ElevenLabsError> {
    Ok(StoredSecret {
        secret_id: text(secret, "secret_id")?,
        name: text(secret, "name")?,
    })
}
