//! Has an upstream tell of the resources that somebody wants to hear of, over each of its connections anew.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use mesh_core::{Deadline, lock};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Upstream;
use crate::connection::{Asked, Connection};
use crate::credential::Freshness;
use crate::era::Era;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::Listener;
use crate::wire::{BackOff, FOR_EVER};
use crate::wishes::{Due, Subscription, Wishes};

/// Timeout of one subscribe or unsubscribe.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Until what could not be told is tried again over the same connection.
const AGAIN: Duration = Duration::from_secs(30);
/// Bytes read of one stream before it is opened anew.
const MAX_STREAM_BYTES: u64 = 64 * 1024 * 1024;

impl Upstream {
    /// Subscribes to a resource, starting it where it is not up. None where it tells nobody of its resources, and on a host that
    /// is frozen between calls.
    pub(crate) async fn subscribe(
        self: &Arc<Self>,
        uri: &str,
        asked: &Asked,
    ) -> Result<Option<Subscription>, Fault> {
        if self.world.sandbox.is_some() {
            return Ok(None);
        }
        let _under_way = self.begin()?;
        let connection = self
            .connection(&asked.hops, asked.deadline, Freshness::AtHand)
            .await?;
        if !connection.subscribes() {
            return Ok(None);
        }
        let subscription = self.wishes.join(uri)?;
        self.wishes.told(uri, asked.deadline).await?;
        Ok(Some(subscription))
    }

    /// Tells the upstream what it has to know as long as this connection is the one to use.
    pub(super) fn keep_subscribed(self: &Arc<Self>, connection: &Arc<Connection>) {
        if !connection.subscribes() {
            return;
        }
        self.wishes.renew();
        let until = CancellationToken::new();
        let keeper = Keeper {
            wishes: Arc::clone(&self.wishes),
            upstream: Arc::downgrade(self),
            connection: Arc::downgrade(connection),
        };
        let kept = until.clone();
        tokio::spawn(async move { kept.run_until_cancelled(keeper.keep()).await });
        // The one of the connection before ends here.
        *lock(&self.keeper) = Some(until.drop_guard());
    }

    pub(super) fn stop_keeping(&self) {
        lock(&self.keeper).take();
    }
}

struct Keeper {
    wishes: Arc<Wishes>,
    upstream: Weak<Upstream>,
    connection: Weak<Connection>,
}

impl Keeper {
    async fn keep(self) {
        let (mut changes, mut back_off) = (self.wishes.changes(), BackOff::default());
        loop {
            changes.borrow_and_update();
            let (Some(upstream), Some(connection)) =
                (self.upstream.upgrade(), self.connection.upgrade())
            else {
                return;
            };
            match connection.era {
                Era::Opening | Era::Handshake(_) => self.settle(&upstream, &connection).await,
                Era::Modern => self.listen(&connection, &mut changes, &mut back_off).await,
            }
            drop((upstream, connection));
            let _late = timeout(AGAIN, changes.changed()).await;
        }
    }

    /// Subscribes and unsubscribes, one after the other.
    async fn settle(&self, upstream: &Arc<Upstream>, connection: &Arc<Connection>) {
        for due in self.wishes.due() {
            let (method, uri) = match &due {
                Due::Subscribe(uri) => ("resources/subscribe", uri),
                Due::Unsubscribe(uri) => ("resources/unsubscribe", uri),
            };
            let params = [("uri", Value::from(uri.as_str()).to_string().into())];
            let answer = connection.ask(method, &params, None, &asked(TIMEOUT)).await;
            let Due::Subscribe(uri) = due else {
                continue;
            };
            match answer {
                Ok(_) => self.wishes.is_told(&uri),
                Err(fault @ Fault::SessionGone) => {
                    upstream.forget(connection);
                    if self.wishes.is_lost(&uri) {
                        // Its keeper takes the place of this one. What goes wrong is kept for whoever asks.
                        let deadline = Deadline::after(Instant::now(), TIMEOUT);
                        let _ = upstream
                            .connection(&Hops::default(), deadline, Freshness::AtHand)
                            .await;
                    } else {
                        self.wishes.is_refused(&uri, &fault);
                    }
                    return;
                }
                Err(fault) => self.wishes.is_refused(&uri, &fault),
            }
        }
    }

    /// MCP 2026-07-28, basic/patterns/subscriptions: one stream for all of them, which another takes the place of when others
    /// are wished for.
    async fn listen(
        &self,
        connection: &Connection,
        changes: &mut watch::Receiver<u64>,
        back_off: &mut BackOff,
    ) {
        // Those that nobody wants any more go with the old stream.
        self.wishes.due();
        let uris = self.wishes.uris();
        if uris.is_empty() {
            return;
        }
        let wanted = json!({"resourceSubscriptions": uris}).to_string();
        let params = [("notifications", wanted.into())];
        let stream = asked(FOR_EVER);
        let listening = connection.ask("subscriptions/listen", &params, None, &stream);
        let begun = Instant::now();
        tokio::select! {
            ended = listening => {
                if let Err(fault @ Fault::Rpc(_)) = ended {
                    uris.iter().for_each(|uri| self.wishes.is_refused(uri, &fault));
                } else {
                    self.wishes.renew();
                }
                changes.borrow_and_update();
                // Whoever wishes for something meanwhile does not wait for that long.
                let _over = timeout(back_off.after(begun.elapsed()), changes.changed()).await;
            }
            () = others_are_wished_for(&self.wishes, &uris, changes) => {}
        }
        // What is due is looked at again at once.
        changes.mark_changed();
    }
}

async fn others_are_wished_for(
    wishes: &Wishes,
    uris: &[String],
    changes: &mut watch::Receiver<u64>,
) {
    while wishes.uris() == uris {
        if changes.changed().await.is_err() {
            return;
        }
    }
}

fn asked(timeout: Duration) -> Asked {
    Asked {
        deadline: Deadline::after(Instant::now(), timeout),
        hops: Hops::default(),
        trace: None,
        listener: Listener::default(),
        max_bytes: MAX_STREAM_BYTES,
    }
}
