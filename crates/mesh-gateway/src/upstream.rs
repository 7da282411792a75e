//! One upstream: started when it is needed, once however many wait; left alone for a while when it goes on failing.

mod now;
mod retire;
mod tend;
mod thaw;
mod withheld;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use futures::FutureExt as _;
use mesh_core::Deadline;
use mesh_http::{HttpClient, Roots};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::timeout_at;

use crate::approval::Approvals;
use crate::connection::{Asked, Connection, Unopened};
use crate::credential::Credentials;
use crate::entry::{Entry, Transport};
use crate::fault::Fault;
use crate::heard::Heard;
use crate::inbox::Inbox;
use crate::oauth;
use crate::plan::{Environment, Launcher, Planner};
use crate::sandbox::Sandbox;
use crate::state::{Counts, State, Stats};
use crate::wire::MAX_ENDING;

use self::now::{MAX_FAILURES, Now, Phase, Starting};

/// What all upstreams have in common.
#[derive(Clone, Debug)]
pub struct World {
    pub environment: Environment,
    pub approvals: Arc<Approvals>,
    /// A program that becomes the one it is given, and ends when this process does; without it, nothing ends processes where
    /// this one is killed.
    pub launcher: Option<Launcher>,
    pub credentials: Arc<dyn Credentials>,
    /// Where this host is frozen between calls.
    pub sandbox: Option<Arc<Sandbox>>,
}

#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) entry: Entry,
    world: World,
    client: HttpClient,
    now: Mutex<Now>,
    running: Option<Semaphore>,
    token: oauth::Held,
    /// How many are under way.
    calls: watch::Sender<usize>,
    pub(crate) counts: Counts,
    /// Counted up when its lists may have changed.
    changes: watch::Sender<u64>,
    /// Counted up when something about it is known that was not.
    pub(crate) news: watch::Sender<u64>,
}

impl Upstream {
    pub(crate) fn new(entry: Entry, world: World, news: watch::Sender<u64>) -> Self {
        let heard = world.approvals.known(&entry);
        let at_once = match &entry.transport {
            // Nothing says of which call a question of its process is.
            Transport::Stdio(_) if entry.options.relay => Some(1),
            _ => entry.options.max_concurrent,
        };
        let running = at_once.map(Semaphore::new);
        Self {
            entry,
            world,
            // Its own, so that what fails here is left alone here.
            client: HttpClient::new(Roots::compiled_in()),
            now: Mutex::new(Now {
                heard: heard.map(Arc::new),
                ..Now::default()
            }),
            running,
            token: oauth::Held::default(),
            calls: watch::channel(0).0,
            counts: Counts::default(),
            changes: watch::channel(0).0,
            news,
        }
    }

    /// Calls a tool by its own name.
    pub(crate) async fn call(
        self: &Arc<Self>,
        tool: &str,
        arguments: &str,
        more: Vec<(&'static str, Cow<'_, str>)>,
        mut asked: Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let started = Instant::now();
        if let Some(timeout) = self.entry.options.timeout {
            asked.deadline = asked.deadline.at_most(started, timeout);
        }
        let name = Value::from(tool).to_string();
        let mut params = vec![("name", name.into()), ("arguments", arguments.into())];
        params.extend(more);
        let result = self.ask("tools/call", params, tool, &asked).await;
        self.counts.call(&result, started.elapsed());
        result
    }

    /// Asks for something. What was certainly not done is tried once more: over a session that the upstream has forgotten, or
    /// with credentials that have changed since.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        method: &str,
        params: Vec<(&'static str, Cow<'_, str>)>,
        name: &str,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let _under_way = self.begin()?;
        let _place = self.place(asked.deadline).await?;
        let mut connection = self.awake(asked.deadline, false).await?;
        if let Some(why) = self.withheld(method, name) {
            return Err(Fault::Refused(why));
        }
        let mut result = connection
            .ask(method, params.clone(), Some(name), asked)
            .await;
        if let Err(Fault::SessionGone | Fault::Credentials(_)) = &result {
            let again = matches!(result, Err(Fault::Credentials(_)));
            self.forget(&connection);
            connection = self.connection(asked.deadline, again).await?;
            result = connection.ask(method, params, Some(name), asked).await;
        }
        self.settle(&connection, result.as_ref().err());
        self.note(&connection, result.as_ref().err());
        result
    }

    /// A place among the calls that may run at once.
    async fn place(&self, deadline: Deadline) -> Result<Option<SemaphorePermit<'_>>, Fault> {
        let Some(running) = &self.running else {
            return Ok(None);
        };
        match timeout_at(deadline.at().into(), running.acquire()).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(Fault::Busy),
        }
    }

    /// The connection, started where there is none. Whoever stops waiting leaves the start to the others.
    async fn connection(
        self: &Arc<Self>,
        deadline: Deadline,
        again: bool,
    ) -> Result<Arc<Connection>, Fault> {
        let starting = {
            let mut now = self.lock();
            now.used = Some(Instant::now());
            match &now.phase {
                Phase::Up(connection) if connection.wire.over().is_none() => {
                    now.left_alone()?;
                    return Ok(Arc::clone(connection));
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
                    let starting = self.start(again);
                    now.phase = Phase::Starting(starting.clone());
                    starting
                }
            }
        };
        match timeout_at(deadline.at().into(), starting).await {
            Ok(started) => started,
            Err(_) => Err(Fault::TimedOut),
        }
    }

    /// Begins to start it, in a task of its own.
    fn start(self: &Arc<Self>, again: bool) -> Starting {
        let upstream = Arc::clone(self);
        let started = tokio::spawn(async move {
            upstream.counts.start();
            let deadline = Deadline::after(Instant::now(), upstream.entry.options.start_timeout);
            let opened = timeout_at(deadline.at().into(), upstream.open(again, deadline)).await;
            let opened = opened.unwrap_or_else(|_| Err(Fault::TimedOut.into()));
            let is_strict = upstream.world.approvals.are_enforced();
            if is_strict && let Ok(connection) = &opened {
                // Nothing is called before it is known whether it is what was approved.
                upstream.hear(connection, deadline).await;
            }
            let opened = {
                let mut now = upstream.lock();
                let opened = opened.map(Arc::new).map_err(|unopened| {
                    now.said = unopened.said;
                    unopened.fault
                });
                match &opened {
                    Ok(connection) => now.phase = Phase::Up(Arc::clone(connection)),
                    Err(fault) => {
                        now.phase = Phase::Idle;
                        if fault.is_the_upstreams() {
                            now.fail(fault.clone());
                            now.back_off();
                        } else {
                            now.last_fault = Some((SystemTime::now(), fault.clone()));
                        }
                    }
                }
                opened
            };
            upstream.news.send_modify(|news| *news += 1);
            match (&opened, &upstream.world.sandbox) {
                (Ok(connection), None) => connection.listen(),
                // It is up already; where all others are at work, they go on.
                (Ok(_), Some(sandbox)) => drop(sandbox.make_room_for(&upstream)),
                (Err(_), _) => {}
            }
            if let Ok(connection) = &opened
                && !is_strict
            {
                let lists = Arc::clone(&upstream);
                let connection = Arc::clone(connection);
                tokio::spawn(async move { lists.hear(&connection, deadline).await });
            }
            opened
        });
        let started = started.map(|started| {
            started.unwrap_or_else(|_| Err(Fault::Start("its start was broken off".to_owned())))
        });
        started.boxed().shared()
    }

    async fn open(
        self: &Arc<Self>,
        again: bool,
        deadline: Deadline,
    ) -> Result<Connection, Unopened> {
        if let Some(why) = self.world.approvals.refuses(&self.entry) {
            return Err(Fault::Refused(why).into());
        }
        let planner = Planner {
            entry: &self.entry,
            client: &self.client,
            environment: &self.world.environment,
            launcher: self.world.launcher.as_ref(),
            credentials: &*self.world.credentials,
            sandbox: self.world.sandbox.as_deref(),
            token: &self.token,
        };
        if let (Some(sandbox), Transport::Stdio(_)) = (&self.world.sandbox, &self.entry.transport) {
            sandbox.make_room_for(self)?;
        }
        let plan = planner.plan(again, deadline).await?;
        let inbox = Arc::new(Inbox::new(&self.entry.name, self.changes.clone()));
        Connection::open(&plan, self.entry.options.relay, &inbox, deadline).await
    }

    /// Reads its lists anew.
    async fn hear(&self, connection: &Connection, deadline: Deadline) {
        let lists = connection.lists(deadline).await;
        let withheld = lists.as_ref().ok().map(|heard| self.unapproved(heard));
        {
            let mut now = self.lock();
            match lists {
                Ok(heard) => {
                    now.succeed();
                    now.withheld = withheld.unwrap_or_default();
                    now.heard_at = Some(Instant::now());
                    if now
                        .heard
                        .as_ref()
                        .is_none_or(|known| !known.is_the_same(&heard))
                    {
                        now.heard = Some(Arc::new(heard));
                    }
                }
                Err(fault) => now.fail(fault),
            }
        }
        self.news.send_modify(|news| *news += 1);
    }

    /// Reads its lists, starting it where it is not up.
    pub(crate) async fn list(self: &Arc<Self>, deadline: Deadline) -> Result<(), Fault> {
        let connection = self.connection(deadline, false).await?;
        self.hear(&connection, deadline).await;
        Ok(())
    }

    fn note(&self, connection: &Arc<Connection>, fault: Option<&Fault>) {
        let mut now = self.lock();
        match fault {
            None | Some(Fault::Rpc(_)) => now.succeed(),
            Some(fault) if fault.is_the_upstreams() => {
                now.fail(fault.clone());
                if connection.wire.over().is_some() {
                    now.said = connection.wire.said();
                    now.phase = Phase::Idle;
                }
                if now.failures >= MAX_FAILURES {
                    now.back_off();
                }
            }
            Some(_) => {}
        }
    }

    /// A connection that is of no use any more.
    fn forget(&self, connection: &Arc<Connection>) {
        let mut now = self.lock();
        if matches!(&now.phase, Phase::Up(known) if Arc::ptr_eq(known, connection)) {
            now.phase = Phase::Idle;
        }
    }

    pub(crate) fn last_fault(&self) -> Option<Fault> {
        self.lock()
            .last_fault
            .as_ref()
            .map(|(_, fault)| fault.clone())
    }

    pub(crate) fn heard(&self) -> Option<Arc<Heard>> {
        self.lock().heard.clone()
    }

    /// Waits until its lists were heard, or it failed.
    pub(crate) async fn known(self: &Arc<Self>, deadline: Deadline) {
        let mut news = self.news.subscribe();
        // What goes wrong is kept for whoever asks.
        let _ = self.connection(deadline, false).await;
        while self.is_unheard_of() {
            if news.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether there is something to wait for before it is listed.
    pub(crate) fn is_unheard_of(&self) -> bool {
        let now = self.lock();
        now.heard.is_none() && now.last_fault.is_none()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) async fn end(&self) {
        let phase = std::mem::take(&mut self.lock().phase);
        if let Phase::Up(connection) = phase {
            connection
                .wire
                .end(Deadline::after(Instant::now(), MAX_ENDING))
                .await;
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let now = self.lock();
        let state = match &now.phase {
            Phase::Up(connection) if connection.wire.over().is_none() => State::Up,
            Phase::Starting(_) => State::Starting,
            _ if now.failures > 0 => State::Down,
            _ => State::Idle,
        };
        let (revision, noise, said) = match &now.phase {
            Phase::Up(connection) => (
                Some(connection.era.as_str().to_owned()),
                connection.wire.noise(),
                connection.wire.said(),
            ),
            _ => (None, 0, now.said.clone()),
        };
        Stats {
            name: self.entry.name.clone(),
            state,
            revision,
            noise,
            said: said.filter(|said| !said.trim().is_empty()),
            last_success: now.last_success,
            fault: (now.failures > 0).then(|| now.last_fault.clone()).flatten(),
            retry_in: now
                .out_until
                .and_then(|until| until.checked_duration_since(Instant::now())),
            counts: self.counts.read(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
