use anyhow::{Context as _, ensure};
use mesh_clients::elevenlabs::workspace::Webhook;
use serde_json::{Map, Value};

use super::super::plan::{settings_with, settings_without};
use super::super::state::{Kept, KnownWebhook};
use super::super::workspace::{Workspace, soon};
use super::Registrar;

impl Registrar<'_> {
    /// The secret goes from the answer to where it is kept.
    pub(super) async fn create_webhook(&mut self) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let wished = self
            .wished()?
            .webhook
            .as_ref()
            .context("no webhook is wished")?;
        let url = wished.url.as_str();
        let made = api.create_webhook(key, &wished.name, url, soon()).await?;
        let secret = made
            .secret
            .context("ElevenLabs has shown no secret for it")?;
        self.state.webhook = Some(KnownWebhook {
            webhook_id: made.webhook_id,
            retries: false,
            secret: Some(Kept::new(secret)),
        });
        self.place.write(&self.state).await
    }

    pub(super) async fn enable_webhook(&mut self) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let wished = self
            .wished()?
            .webhook
            .as_ref()
            .context("no webhook is wished")?;
        let webhook = Webhook {
            webhook_id: self.known()?.webhook_id.clone(),
            name: wished.name.clone(),
            webhook_url: wished.url.to_string(),
            is_disabled: true,
            is_auto_disabled: false,
            retry_enabled: None,
        };
        api.enable_webhook(key, &webhook, soon()).await?;
        if let Some(known) = &mut self.state.webhook {
            known.retries = true;
        }
        self.place.write(&self.state).await
    }

    pub(super) async fn use_webhook(&self) -> anyhow::Result<()> {
        let webhook = self.known()?.webhook_id.as_str();
        self.set_webhooks(|found| settings_with(found, webhook))
            .await
    }

    pub(super) async fn release_webhook(&self) -> anyhow::Result<()> {
        self.set_webhooks(settings_without).await
    }

    async fn set_webhooks(
        &self,
        changed: impl FnOnce(&Map<String, Value>) -> Map<String, Value>,
    ) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let found = api.convai_settings(key, soon()).await?.webhooks;
        let settings = changed(&found);
        let after = api.set_convai_webhooks(key, &settings, soon()).await?;
        ensure!(
            after.webhooks.get("post_call_webhook_id") == settings.get("post_call_webhook_id"),
            "ElevenLabs took the request, and names another webhook"
        );
        Ok(())
    }

    fn known(&self) -> anyhow::Result<&KnownWebhook> {
        self.state
            .webhook
            .as_ref()
            .context("there is no webhook yet")
    }
}
