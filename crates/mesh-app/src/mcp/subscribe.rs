//! Has a client hear of resources, ours and those of servers behind this one.

use std::time::{Duration, Instant};

use mesh_core::Deadline;
use mesh_gateway::Fault;
use mesh_tools::ToolError;
use rmcp::ErrorData;
use serde_json::json;
use tokio::time::sleep;

use super::answer;
use super::handler::{Handler, Incoming};
use crate::dispatch::{self, Reading};
use crate::listing::Listing;
use crate::remote::{self, Held, Subscribed};

impl Handler {
    /// Subscribes a session to a resource, ours or an upstream's.
    pub(super) async fn subscribe_to(
        &self,
        incoming: &Incoming,
        uri: String,
    ) -> Result<(), ErrorData> {
        let too_many = || {
            incoming.tally.failure("invalid_arguments");
            let message = "too many subscriptions; unsubscribe from some first";
            ErrorData::invalid_params(message, None)
        };
        if !self.subscribed.has_room_for(&uri) {
            return Err(too_many());
        }
        let held = self.subscription(incoming, &uri).await;
        let held = held.map_err(|refusal| {
            incoming.tally.failure(refusal.kind());
            match refusal {
                NotSubscribed::Here(error) => answer::error(error, Some(&uri)),
                NotSubscribed::Upstream(fault) => answer::upstream_error(&fault, false),
            }
        })?;
        match self.subscribed.insert(uri, held) {
            true => Ok(()),
            false => Err(too_many()),
        }
    }

    /// What an upstream was told for a client that wants to hear of its resource; none where it is ours, or not told of.
    async fn subscription(
        &self,
        incoming: &Incoming,
        uri: &str,
    ) -> Result<Option<Held>, NotSubscribed> {
        if self.app.gateway.is_none() {
            return Ok(None);
        }
        let is_there = |listing: &Listing| {
            listing.view.resource(uri).is_some() || listing.items.resource(uri).is_some()
        };
        let listing = self.at_hand(incoming, is_there).await;
        let Some(found) = remote::found(&listing, uri) else {
            return Ok(None);
        };
        let asked = json!({"uri": uri});
        let reading = Reading {
            what: "resources/subscribe",
            arguments: &asked,
            is_hidden: self.app.hides_found(incoming, uri, &found),
        };
        let work = remote::subscribe(&self.app, incoming, found, uri);
        let told = dispatch::read(&self.app, incoming, reading, work);
        told.await
            .map_err(NotSubscribed::Here)?
            .map_err(NotSubscribed::Upstream)
    }

    /// As many as there is room for, those of upstreams beside one another. Their client was told before that it hears of what
    /// there is, so one whose server is down is asked for again for as long as it listens, and one that is refused is logged.
    pub(super) async fn subscribe_all(
        &self,
        incoming: &Incoming,
        subscribed: &Subscribed,
        uris: Vec<String>,
    ) {
        let all = uris
            .into_iter()
            .take(Subscribed::MAX)
            .map(|uri| async move {
                match self.lasting_subscription(incoming, &uri).await {
                    Ok(held) => {
                        subscribed.insert(uri, held);
                    }
                    Err(refusal) => {
                        let reason = refusal.kind();
                        tracing::info!(
                            reason,
                            "a resource cannot be subscribed to for who listens"
                        );
                    }
                }
            });
        futures::future::join_all(all).await;
    }

    /// The first attempt counts as a call of the client's, and is recorded; those that it knows nothing of do not.
    async fn lasting_subscription(
        &self,
        incoming: &Incoming,
        uri: &str,
    ) -> Result<Option<Held>, NotSubscribed> {
        const LONGEST: Duration = Duration::from_secs(60);
        let mut pause = Duration::from_secs(1);
        let mut incoming = incoming.clone();
        let mut outcome = self.subscription(&incoming, uri).await;
        while outcome.as_ref().is_err_and(NotSubscribed::may_pass) {
            sleep(pause).await;
            pause = LONGEST.min(2 * pause);
            let budget = incoming.request.deadline.budget();
            incoming.request.deadline = Deadline::after(Instant::now(), budget);
            let Some(found) = remote::found(&self.app.listing_of(&incoming), uri) else {
                return Ok(None);
            };
            let told = remote::subscribe(&self.app, &incoming, found, uri).await;
            outcome = told
                .map_err(NotSubscribed::Here)
                .and_then(|told| told.map_err(NotSubscribed::Upstream));
        }
        outcome
    }
}

/// Why nobody hears of a resource.
enum NotSubscribed {
    Here(ToolError),
    /// The upstream refused, in its own words.
    Upstream(Fault),
}

impl NotSubscribed {
    const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Here(
                ToolError::Unavailable(_)
                    | ToolError::DeadlineExceeded { .. }
                    | ToolError::Overloaded { .. }
            )
        )
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Here(error) => error.kind(),
            Self::Upstream(fault) => fault.kind(),
        }
    }
}
