use std::fmt;

use http::Method;
use mesh_core::{Deadline, Secret};
use serde_json::{Value, json};

use super::{ElevenLabs, ElevenLabsError, list, text};
use crate::elevenlabs::client::id;

const PATH: &str = "/v1/workspace/webhooks";

/// An address that ElevenLabs tells of what has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub webhook_id: String,
    pub name: String,
    pub webhook_url: String,
    pub is_disabled: bool,
    /// By ElevenLabs: its address failed for too long.
    pub is_auto_disabled: bool,
    /// Unknown, where the answer does not have it.
    pub retry_enabled: Option<bool>,
}

/// A webhook that was made. Its secret is shown this once.
pub struct NewWebhook {
    pub webhook_id: String,
    pub secret: Option<Secret>,
}

impl fmt::Debug for NewWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NewWebhook").field(&self.webhook_id).finish()
    }
}

impl ElevenLabs {
    /// `GET /v1/workspace/webhooks`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn webhooks(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<Vec<Webhook>, ElevenLabsError> {
        let answer: Value = self.look(key, PATH, deadline).await?;
        list(&answer, "webhooks")?.iter().map(webhook).collect()
    }

    /// `POST /v1/workspace/webhooks`, signed by a secret that ElevenLabs makes.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn create_webhook(
        &self,
        key: &Secret,
        name: &str,
        url: &str,
        deadline: Deadline,
    ) -> Result<NewWebhook, ElevenLabsError> {
        let settings = json!({"auth_type": "hmac", "name": name, "webhook_url": url});
        let body = json!({ "settings": settings });
        let answer: Value = self.write(Method::POST, key, PATH, &body, deadline).await?;
        Ok(NewWebhook {
            webhook_id: text(&answer, "webhook_id")?,
            secret: answer["webhook_secret"].as_str().map(Secret::new),
        })
    }

    /// `PATCH /v1/workspace/webhooks/{id}`: switched on, and tried again after a failure.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn enable_webhook(
        &self,
        key: &Secret,
        webhook: &Webhook,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{PATH}/{}", id(&webhook.webhook_id)?);
        let body = json!({"is_disabled": false, "name": webhook.name, "retry_enabled": true});
        let answer: Result<Value, _> = self.write(Method::PATCH, key, &path, &body, deadline).await;
        answer.map(drop)
    }

    /// `DELETE /v1/workspace/webhooks/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn delete_webhook(
        &self,
        key: &Secret,
        webhook_id: &str,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{PATH}/{}", id(webhook_id)?);
        self.delete(key, &path, deadline).await
    }
}

fn webhook(row: &Value) -> Result<Webhook, ElevenLabsError> {
    Ok(Webhook {
        webhook_id: text(row, "webhook_id")?,
        name: text(row, "name")?,
        webhook_url: text(row, "webhook_url")?,
        is_disabled: row["is_disabled"] == true,
        is_auto_disabled: row["is_auto_disabled"] == true,
        retry_enabled: row["retry_enabled"].as_bool(),
    })
}
