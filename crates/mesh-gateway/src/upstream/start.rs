//! How an upstream comes up: once, however many wait for it.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use futures::FutureExt as _;
use mesh_core::Deadline;
use tokio::time::timeout_at;
use tokio_util::sync::CancellationToken;

use super::Upstream;
use super::now::{Phase, Starting};
use crate::connection::{Connection, Opening, Unopened};
use crate::credential::Freshness;
use crate::entry::Transport;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::Inbox;
use crate::plan::Planner;
use crate::wire::MAX_ENDING;

impl Upstream {
    /// The connection, started where there is none. Whoever stops waiting leaves the start to the others.
    pub(super) async fn connection(
        self: &Arc<Self>,
        hops: &Hops,
        deadline: Deadline,
        freshness: Freshness,
    ) -> Result<Arc<Connection>, Fault> {
        if let Some(why) = self.awaits_approval() {
            return Err(Fault::Unapproved(why));
        }
        let starting = {
            let mut now = self.lock();
            now.used = Some(Instant::now());
            match &now.phase {
                Phase::Up(connection) if connection.wire.over().is_none() => {
                    let connection = Arc::clone(connection);
                    now.admit()?;
                    return Ok(connection);
                }
                Phase::Starting(starting) => starting.clone(),
                Phase::Up(_) | Phase::Idle => {
                    if let Phase::Up(connection) = &now.phase {
                        let fault = connection.wire.over();
                        now.said = connection.wire.said();
                        now.phase = Phase::Idle;
                        if let Some(fault) = fault {
                            now.fail(fault);
                        }
                    }
                    now.left_alone()?;
                    let starting = self.start(hops, freshness);
                    now.phase = Phase::Starting(starting.clone());
                    starting
                }
            }
        };
        match timeout_at(deadline.at().into(), starting.started).await {
            Ok(started) => started,
            Err(_) => Err(Fault::TimedOut),
        }
    }

    /// Begins to start it, in a task of its own.
    fn start(self: &Arc<Self>, hops: &Hops, freshness: Freshness) -> Starting {
        let (upstream, hops) = (Arc::clone(self), hops.clone());
        let until = CancellationToken::new();
        let kept = until.clone();
        let started = tokio::spawn(async move {
            upstream.counts.start();
            let opening = Opening {
                relays: upstream.entry.options.relay,
                hops,
                deadline: Deadline::after(Instant::now(), upstream.entry.options.start_timeout),
                until: kept,
            };
            let opened = upstream.opened(freshness, &opening).await;
            let opened = upstream.take(opened);
            upstream.news.send_modify(|news| *news += 1);
            if let Ok(connection) = &opened {
                upstream.is_up(connection, &opening);
            }
            opened
        });
        let upstream = Arc::clone(self);
        let started = started.map(move |started| {
            started.unwrap_or_else(|_| {
                let broken_off = Fault::Start("its start was broken off".to_owned());
                upstream.take(Err(broken_off.into()))
            })
        });
        let started = started.boxed().shared();
        Starting { started, until }
    }

    /// A connection of which is known whether it offers what was approved, where that matters.
    async fn opened(
        self: &Arc<Self>,
        freshness: Freshness,
        opening: &Opening,
    ) -> Result<Connection, Unopened> {
        let opened = async {
            let connection = match self.open(freshness, opening).await {
                // What was at hand may have been taken back since.
                Err(Unopened {
                    fault: Fault::Credentials(_),
                    ..
                }) if freshness == Freshness::AtHand => self.open(Freshness::Anew, opening).await?,
                opened => opened?,
            };
            if !self.world.approvals.are_enforced() {
                return Ok(connection);
            }
            let heard = self.hear(&connection, &opening.hops, opening.deadline);
            let heard = opening.until.run_until_cancelled(heard).await;
            if let Err(fault) = heard.unwrap_or_else(|| Err(Fault::not_needed())) {
                let said = connection.wire.said();
                connection.wire.end(opening.deadline).await;
                return Err(Unopened { fault, said });
            }
            Ok(connection)
        };
        // What is late within that time tells why, and is ended, after it.
        let bound = opening.deadline.at() + 2 * MAX_ENDING;
        let opened = timeout_at(bound.into(), opened).await;
        opened.unwrap_or_else(|_| Err(Fault::TimedOut.into()))
    }

    /// Takes note of how a start ended.
    fn take(&self, opened: Result<Connection, Unopened>) -> Result<Arc<Connection>, Fault> {
        let mut now = self.lock();
        match opened {
            Ok(connection) => {
                if let Some(why) = self.world.approvals.refuses(&self.entry) {
                    // Approved no more since it was begun.
                    connection.wire.kill();
                    now.phase = Phase::Idle;
                    return Err(Fault::NotApproved(why));
                }
                let connection = Arc::new(connection);
                now.phase = Phase::Up(Arc::clone(&connection));
                now.is_let_in();
                if matches!(now.last_fault, Some((_, Fault::CameBack(_)))) {
                    now.last_fault = None;
                    now.failures = 0;
                }
                Ok(connection)
            }
            Err(Unopened { fault, said }) => {
                self.way.forget();
                now.said = said;
                now.phase = Phase::Idle;
                if fault.is_the_upstreams() {
                    now.fail(fault.clone());
                    now.back_off();
                } else if matches!(fault, Fault::CameBack(_)) {
                    // The next request may have come another way.
                    now.fail(fault.clone());
                } else if !matches!(fault, Fault::LeftAlone { .. }) {
                    now.last_fault = Some((SystemTime::now(), fault.clone()));
                }
                Err(now.explained(fault))
            }
        }
    }

    /// What is due when it is up.
    fn is_up(self: &Arc<Self>, connection: &Arc<Connection>, opening: &Opening) {
        match &self.world.sandbox {
            None => {
                connection.listen();
                self.keep_subscribed(connection);
            }
            // It is up already; where all others are at work, they go on.
            Some(sandbox) => drop(sandbox.make_room_for(self)),
        }
        if !self.world.approvals.are_enforced() {
            let (upstream, connection) = (Arc::clone(self), Arc::clone(connection));
            let Opening { hops, deadline, .. } = opening.clone();
            tokio::spawn(async move { upstream.hear(&connection, &hops, deadline).await });
        }
    }

    pub(super) fn planner(&self) -> Planner<'_> {
        Planner {
            entry: &self.entry,
            client: &self.client,
            environment: &self.world.environment,
            launcher: self.world.launcher.as_ref(),
            credentials: &*self.world.credentials,
            sandbox: self.world.sandbox.as_deref(),
            token: &self.token,
            signs: self.world.signs.as_ref(),
            way: &self.way,
        }
    }

    async fn open(
        self: &Arc<Self>,
        freshness: Freshness,
        opening: &Opening,
    ) -> Result<Connection, Unopened> {
        if let Some(why) = self.world.approvals.refuses(&self.entry) {
            return Err(Fault::NotApproved(why).into());
        }
        if let (Some(sandbox), Transport::Stdio(_)) = (&self.world.sandbox, &self.entry.transport) {
            sandbox.make_room_for(self)?;
        }
        let planner = self.planner();
        let plan = timeout_at(
            opening.deadline.at().into(),
            planner.plan(freshness, opening.deadline),
        );
        let plan = opening.until.run_until_cancelled(plan).await;
        let plan = plan.ok_or_else(Fault::not_needed)?;
        let plan = plan.map_err(|_| Fault::TimedOut)??;
        let inbox = Arc::new(Inbox::new(
            &self.entry.name,
            self.changes.clone(),
            Arc::clone(&self.wishes),
        ));
        Connection::open(&plan, opening, &inbox).await
    }
}
