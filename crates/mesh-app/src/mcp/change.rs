//! Telling clients that what they remember has changed: through `subscriptions/listen` (2026-07-28), and through a session's
//! own stream (earlier revisions).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_tools::changes::{Change, Listener};
use rmcp::model::ResourceUpdatedNotificationParam;
use rmcp::service::{Peer, RoleServer, ServiceError, SubscriptionContext, SubscriptionSendError};

use crate::app::App;

/// The URIs one session subscribed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Subscribed(Arc<Mutex<BTreeSet<String>>>);

impl Subscribed {
    /// A bound against a client that subscribes without end.
    const MAX: usize = 1000;

    /// `false` where there is no room for another.
    pub(super) fn insert(&self, uri: String) -> bool {
        let mut uris = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = uris.len() < Self::MAX || uris.contains(&uri);
        if room {
            uris.insert(uri);
        }
        room
    }

    pub(super) fn remove(&self, uri: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(uri);
    }

    fn all(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}

/// Serves one `subscriptions/listen` until the client leaves or the server stops.
pub(super) async fn listen(app: &App, subscription: &SubscriptionContext) {
    let mut changes = app.services.changes.listen();
    loop {
        let heard = tokio::select! {
            heard = changes.next() => heard,
            () = subscription.cancelled() => return,
            () = app.stopping.cancelled() => return,
        };
        for change in heard.unwrap_or_default() {
            if tell(subscription, change).await.is_err() {
                return;
            }
        }
    }
}

/// The sink sends only what the client opted in to.
async fn tell(
    subscription: &SubscriptionContext,
    change: Change,
) -> Result<(), SubscriptionSendError> {
    let accepted = subscription.accepted();
    let sink = subscription.sink();
    match change {
        Change::Tools if accepted.tools_list_changed == Some(true) => {
            sink.notify_tool_list_changed().await
        }
        Change::Prompts if accepted.prompts_list_changed == Some(true) => {
            sink.notify_prompt_list_changed().await
        }
        Change::Resources => {
            if accepted.resources_list_changed == Some(true) {
                sink.notify_resource_list_changed().await?;
            }
            for uri in accepted.resource_subscriptions.iter().flatten() {
                sink.notify_resource_updated(uri).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Tells a session of changes until its client is gone.
pub(super) async fn follow(mut changes: Listener, peer: Peer<RoleServer>, subscribed: Subscribed) {
    while let Some(heard) = changes.next().await {
        for change in heard {
            if peer.is_transport_closed() || tell_session(&peer, change, &subscribed).await.is_err()
            {
                return;
            }
        }
    }
}

async fn tell_session(
    peer: &Peer<RoleServer>,
    change: Change,
    subscribed: &Subscribed,
) -> Result<(), ServiceError> {
    match change {
        Change::Tools => peer.notify_tool_list_changed().await,
        Change::Prompts => peer.notify_prompt_list_changed().await,
        Change::Resources => {
            peer.notify_resource_list_changed().await?;
            for uri in subscribed.all() {
                peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(uri))
                    .await?;
            }
            Ok(())
        }
    }
}
