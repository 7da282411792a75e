//! Telling clients that what they remember has changed: through `subscriptions/listen` (2026-07-28), and through a session's
//! own stream (earlier revisions).

use futures::FutureExt as _;
use mesh_gateway::Gateway;
use mesh_tools::changes::{Change, Listener};
use rmcp::model::ResourceUpdatedNotificationParam;
use rmcp::service::{Peer, RoleServer, ServiceError, SubscriptionContext, SubscriptionSendError};

use crate::app::App;
use crate::remote::{Subscribed, next_update};

/// Serves one `subscriptions/listen` until the client leaves or the server stops.
pub(super) async fn listen(
    app: &App,
    subscription: &SubscriptionContext,
    subscribed: &Subscribed,
    subscribing: impl Future<Output = ()>,
) {
    let mut changes = app.services.changes.listen();
    let mut updates = app.gateway.as_ref().map(Gateway::updates);
    let mut subscribing = std::pin::pin!(subscribing.fuse());
    loop {
        let told = tokio::select! {
            heard = changes.next() => {
                tell_all(subscription, subscribed, heard.unwrap_or_default()).await
            }
            update = next_update(&mut updates) => {
                let uris = subscribed.touched(app, update.as_ref());
                tell_updated(subscription, uris).await
            }
            () = &mut subscribing => Ok(()),
            () = subscription.cancelled() => return,
            () = app.stopping.cancelled() => return,
        };
        if told.is_err() {
            return;
        }
    }
}

async fn tell_all(
    subscription: &SubscriptionContext,
    subscribed: &Subscribed,
    changes: Vec<Change>,
) -> Result<(), SubscriptionSendError> {
    for change in changes {
        tell(subscription, subscribed, change).await?;
    }
    Ok(())
}

async fn tell_updated(
    subscription: &SubscriptionContext,
    uris: Vec<String>,
) -> Result<(), SubscriptionSendError> {
    for uri in uris {
        subscription.sink().notify_resource_updated(&uri).await?;
    }
    Ok(())
}

/// The sink sends only what the client opted in to.
async fn tell(
    subscription: &SubscriptionContext,
    subscribed: &Subscribed,
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
            tell_updated(subscription, subscribed.own()).await
        }
        _ => Ok(()),
    }
}

/// Tells a session of changes until its client is gone.
pub(super) async fn follow(
    app: &App,
    mut changes: Listener,
    peer: Peer<RoleServer>,
    subscribed: Subscribed,
) {
    let mut updates = app.gateway.as_ref().map(Gateway::updates);
    loop {
        let told = tokio::select! {
            heard = changes.next() => match heard {
                Some(heard) => tell_session_all(&peer, heard, &subscribed).await,
                None => return,
            },
            update = next_update(&mut updates) => {
                tell_session_updated(&peer, subscribed.touched(app, update.as_ref())).await
            }
        };
        if told.is_err() || peer.is_transport_closed() {
            return;
        }
    }
}

async fn tell_session_all(
    peer: &Peer<RoleServer>,
    changes: Vec<Change>,
    subscribed: &Subscribed,
) -> Result<(), ServiceError> {
    for change in changes {
        tell_session(peer, change, subscribed).await?;
    }
    Ok(())
}

async fn tell_session_updated(
    peer: &Peer<RoleServer>,
    uris: Vec<String>,
) -> Result<(), ServiceError> {
    for uri in uris {
        peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(uri))
            .await?;
    }
    Ok(())
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
            tell_session_updated(peer, subscribed.own()).await
        }
    }
}
