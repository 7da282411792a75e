//! Resources of upstreams that a client wants to hear of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use mesh_core::{Caller, lock};
use mesh_gateway::{Asked, Fault, Found, Listener, Subscription, Update};
use mesh_tools::ToolError;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{OVERHEAD, before, failed};
use crate::app::App;
use crate::listing::Listing;
use crate::mcp::{Incoming, Measured, unknown_resource};

/// The URIs that one client subscribed to. Clones are the same; what upstreams were told is taken back with the last of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subscribed(Arc<Mutex<BTreeMap<String, Option<Held>>>>);

/// A resource of an upstream's, for who has subscribed to it.
#[derive(Debug)]
pub(crate) struct Held {
    found: Found,
    /// Whose rights are looked at anew with each update.
    caller: Caller,
    _until_dropped: Subscription,
}

impl Subscribed {
    /// A bound against a client that subscribes without end.
    pub(crate) const MAX: usize = 1000;

    pub(crate) fn has_room_for(&self, uri: &str) -> bool {
        let uris = self.lock();
        uris.len() < Self::MAX || uris.contains_key(uri)
    }

    /// `false` where there is no room for another.
    pub(crate) fn insert(&self, uri: String, held: Option<Held>) -> bool {
        let has_room = self.has_room_for(&uri);
        // Dropped after the lock is.
        let _before = has_room.then(|| self.lock().insert(uri, held));
        has_room
    }

    pub(crate) fn remove(&self, uri: &str) {
        let _held = self.lock().remove(uri);
    }

    /// Those that are no upstream's.
    pub(crate) fn own(&self) -> Vec<String> {
        let uris = self.lock();
        let own = uris.iter().filter(|(_, held)| held.is_none());
        own.map(|(uri, _)| uri.clone()).collect()
    }

    /// Those of which an update tells, and that may still be read; all of upstreams, where some updates were missed.
    pub(crate) fn touched(&self, app: &App, update: Option<&Update>) -> Vec<String> {
        let uris = self.lock();
        let touched = uris.iter().filter(|(uri, held)| {
            held.as_ref().is_some_and(|held| {
                let is_meant = update.is_none_or(|update| held.is_meant_by(update));
                is_meant && held.may_be_read(app, uri)
            })
        });
        touched.map(|(uri, _)| uri.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<Held>>> {
        lock(&self.0)
    }
}

impl Held {
    fn is_meant_by(&self, update: &Update) -> bool {
        *self.found.upstream == *update.upstream && self.found.uri == update.uri
    }

    fn may_be_read(&self, app: &App, uri: &str) -> bool {
        let granted = app.access.of(&self.caller);
        granted.is_none_or(|granted| granted.allows_found(uri, &self.found))
    }
}

/// What a subscription comes to is no text.
impl Measured for Result<Option<Held>, Fault> {
    fn bytes(&self) -> usize {
        0
    }
}

/// The resource of an upstream's that is meant by a URI; none where it is ours, or nobody's.
pub(crate) fn found(listing: &Listing, uri: &str) -> Option<Found> {
    match listing.view.resource(uri) {
        Some(_) => None,
        None => listing.items.resource(uri),
    }
}

/// Subscribes to a resource of an upstream's. None where that one tells nobody of its resources.
pub(crate) async fn subscribe(
    app: &App,
    incoming: &Incoming,
    found: Found,
    uri: &str,
) -> Result<Result<Option<Held>, Fault>, ToolError> {
    let caller = &incoming.request.caller;
    if app.hides_found(incoming, uri, &found) {
        return Err(unknown_resource(uri));
    }
    let Some(gateway) = &app.gateway else {
        return Ok(Ok(None));
    };
    let asked = Asked {
        deadline: before(incoming.request.deadline),
        hops: incoming.hops.clone(),
        trace: incoming.request.trace,
        listener: Listener::default(),
        max_bytes: OVERHEAD,
    };
    match gateway.subscribe(&found, &asked).await {
        Ok(subscription) => Ok(Ok(subscription.map(|subscription| Held {
            found,
            caller: caller.clone(),
            _until_dropped: subscription,
        }))),
        Err(fault @ Fault::Rpc(_)) => Ok(Err(fault)),
        Err(fault) => Err(failed(app, &found.upstream, &fault)),
    }
}

/// The next update, or none where some were missed; without servers behind this one it does not come.
pub(crate) async fn heard(updates: &mut Option<Receiver<Update>>) -> Option<Update> {
    let Some(updates) = updates else {
        return std::future::pending().await;
    };
    match updates.recv().await {
        Ok(update) => Some(update),
        Err(RecvError::Lagged(_)) => None,
        Err(RecvError::Closed) => std::future::pending().await,
    }
}
