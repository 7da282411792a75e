//! One upstream: started when it is needed, once however many wait; left alone for a while when it goes on failing.

mod debounce;
mod end;
mod forbidden;
mod given_up;
mod lists;
mod now;
mod retire;
mod start;
mod stats;
mod subscriptions;
mod tend;
mod thaw;
mod withheld;

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use mesh_core::{Deadline, lock};
use mesh_http::{HttpClient, Roots, Signs};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::timeout_at;
use tokio_util::sync::DropGuard;

use crate::approval::Approvals;
use crate::catalogue::{Offered, RemoteTool};
use crate::connection::{Asked, Connection};
use crate::credential::{Credentials, Freshness};
use crate::entry::{Entry, Transport};
use crate::fault::Fault;
use crate::here::{Here, Way, is_itself};
use crate::hops::HopId;
use crate::mirrored;
use crate::oauth;
use crate::plan::{Environment, Launcher};
use crate::sandbox::Sandbox;
use crate::state::Counts;
use crate::wire::{About, Param, Wire};
use crate::wishes::Wishes;

use self::given_up::GivenUp;
use self::now::{Now, Phase};

/// What all upstreams have in common.
#[derive(Clone, Debug)]
pub struct World {
    pub environment: Environment,
    pub approvals: Arc<Approvals>,
    /// A program that becomes the one it is given, and ends when this process does; without it, nothing ends processes where
    /// this one is killed.
    pub launcher: Option<Launcher>,
    pub credentials: Arc<dyn Credentials>,
    /// Who signs requests, where somebody can.
    pub signs: Option<Arc<dyn Signs>>,
    /// Where this host is frozen between calls.
    pub sandbox: Option<Arc<Sandbox>>,
    /// This server, which none of them may be.
    pub here: Here,
}

/// What an upstream is asked.
#[derive(Clone, Copy)]
enum Method<'a> {
    Named(&'a str),
    /// To run a tool as a task, where it has those.
    ToolAsTask,
}

impl<'a> Method<'a> {
    const fn name(self) -> &'a str {
        match self {
            Self::Named(name) => name,
            Self::ToolAsTask => "tools/call",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) entry: Entry,
    world: World,
    client: HttpClient,
    now: Mutex<Now>,
    /// Made of what was heard last.
    offered: Mutex<Option<Arc<Offered>>>,
    running: Option<Semaphore>,
    /// Taken by a call that may ask something over a connection that does not say whose question it is.
    alone: Semaphore,
    token: oauth::Held,
    way: Way,
    /// What somebody wants to hear of.
    pub(crate) wishes: Arc<Wishes>,
    /// Ends what tells the upstream of them.
    keeper: Mutex<Option<DropGuard>>,
    /// How many are under way.
    calls: watch::Sender<usize>,
    /// Whether somebody does what is due between calls.
    is_tended: AtomicBool,
    pub(crate) counts: Counts,
    /// Counted up when its lists may have changed.
    changes: watch::Sender<u64>,
    /// Counted up when something about it is known that was not.
    pub(crate) news: watch::Sender<u64>,
}

impl Upstream {
    pub(crate) fn new(
        entry: Entry,
        world: World,
        news: watch::Sender<u64>,
        wishes: Arc<Wishes>,
    ) -> Self {
        let heard = world.approvals.known(&entry);
        let here = world.here.clone();
        let running = entry.options.max_concurrent.map(Semaphore::new);
        Self {
            entry,
            world,
            // Its own, so that what fails here is left alone here.
            client: HttpClient::new(Roots::compiled_in()),
            now: Mutex::new(Now {
                heard: heard.map(Arc::new),
                ..Now::default()
            }),
            offered: Mutex::default(),
            running,
            alone: Semaphore::new(1),
            way: Way::new(&here),
            wishes,
            keeper: Mutex::default(),
            token: oauth::Held::default(),
            calls: watch::channel(0).0,
            is_tended: AtomicBool::new(false),
            counts: Counts::default(),
            changes: watch::channel(0).0,
            news,
        }
    }

    /// Calls a tool by its own name.
    pub(crate) async fn call(
        self: &Arc<Self>,
        tool: &RemoteTool,
        arguments: &str,
        more: Vec<(&'static str, Cow<'_, str>)>,
        mut asked: Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let started = Instant::now();
        if let Some(timeout) = self.entry.options.timeout {
            asked.deadline = asked.deadline.at_most(started, timeout);
        }
        let own_name = tool.own_name.as_str();
        let name = Value::from(own_name).to_string();
        let mut params = vec![("name", name.into()), ("arguments", arguments.into())];
        params.extend(more);
        let call = match tool.is_a_task {
            true => Method::ToolAsTask,
            false => Method::Named("tools/call"),
        };
        let about = About {
            name: own_name,
            mirrored: &mirrored::of_call(tool.definition.get(), arguments),
        };
        let result = self.send(call, &params, about, &asked).await;
        let result = result.map_err(|fault| self.lock().explained(fault));
        self.counts.call(&result, started.elapsed());
        result
    }

    pub(crate) async fn ask(
        self: &Arc<Self>,
        method: &str,
        params: Vec<(&'static str, Cow<'_, str>)>,
        name: &str,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let sent = self.send(Method::Named(method), &params, About::named(name), asked);
        sent.await.map_err(|fault| self.lock().explained(fault))
    }

    /// Asks for something. What was certainly not done is tried once more: over a session that the upstream has forgotten, or
    /// with credentials that have changed since.
    async fn send(
        self: &Arc<Self>,
        method: Method<'_>,
        params: &[Param<'_>],
        about: About<'_>,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let _under_way = self.begin()?;
        let _place = self.place(asked.deadline).await?;
        let connection = self.awake(&asked.hops, asked.deadline).await?;
        let result = self
            .ask_over(&connection, method, params, about, asked)
            .await;
        let other = match &result {
            Err(Fault::SessionGone) => self.another(&connection, asked, Freshness::AtHand).await?,
            Err(Fault::Credentials(403)) => self.with_others(&connection, asked).await?,
            Err(Fault::Credentials(_)) => self.another(&connection, asked, Freshness::Anew).await?,
            _ => None,
        };
        let Some(connection) = other else {
            self.note(&connection, result.as_ref().err());
            return result;
        };
        let result = self
            .ask_over(&connection, method, params, about, asked)
            .await;
        if matches!(result, Err(Fault::Credentials(403))) {
            self.is_forbidden();
        }
        self.note(&connection, result.as_ref().err());
        result
    }

    /// A connection in the place of one that is of no use any more.
    async fn another(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        asked: &Asked,
        freshness: Freshness,
    ) -> Result<Option<Arc<Connection>>, Fault> {
        self.forget(connection);
        let another = self.connection(&asked.hops, asked.deadline, freshness);
        another.await.map(Some)
    }

    async fn ask_over(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        method: Method<'_>,
        params: &[Param<'_>],
        about: About<'_>,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        if let Some(why) = self.withheld(method.name(), about.name) {
            return Err(Fault::NotApproved(why));
        }
        let _alone = self.alone(connection, asked.deadline).await?;
        let mut given_up = GivenUp::unless_answered(self, connection);
        let result = match method {
            Method::ToolAsTask if connection.runs_tasks() => {
                connection.run(params, about, asked).await
            }
            method => {
                let method = method.name();
                connection.ask(method, params, Some(about), asked).await
            }
        };
        if !matches!(result, Err(Fault::TimedOut)) {
            given_up.is_answered();
        }
        drop(given_up);
        self.rest();
        result
    }

    /// A place among the calls that may run at once.
    async fn place(&self, deadline: Deadline) -> Result<Option<SemaphorePermit<'_>>, Fault> {
        match &self.running {
            Some(running) => taken(running, deadline).await.map(Some),
            None => Ok(None),
        }
    }

    /// The only place, where a question could not be told from another call's.
    async fn alone(
        &self,
        connection: &Connection,
        deadline: Deadline,
    ) -> Result<Option<SemaphorePermit<'_>>, Fault> {
        match &connection.wire {
            Wire::Stdio(_) | Wire::Sse(_) if self.entry.options.relay => {
                taken(&self.alone, deadline).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    fn note(&self, connection: &Arc<Connection>, fault: Option<&Fault>) {
        let mut now = self.lock();
        match fault {
            None | Some(Fault::Rpc(_)) => now.succeed(),
            Some(fault) if !fault.is_of_the_call() => {
                now.fail_over(connection, fault.clone());
            }
            // That is an answer all the same.
            Some(Fault::Status(_) | Fault::Credentials(_) | Fault::TooLarge(_)) => now.is_let_in(),
            Some(_) => {}
        }
    }

    /// Where it is this very server, by what is written of it, it is not tried from now on. Says so the first time.
    pub(crate) fn refuse_if_ourselves(&self) -> bool {
        let Transport::Http(remote) = &self.entry.transport else {
            return false;
        };
        let uri = remote.url.as_written().parse();
        if !uri.is_ok_and(|uri| self.world.here.is(&uri)) {
            return false;
        }
        let mut now = self.lock();
        let is_known = matches!(now.last_fault, Some((_, Fault::Cycle(_))));
        if !is_known {
            now.fail(Fault::Cycle(is_itself()));
        }
        !is_known
    }

    /// The servers of ours that are behind it.
    pub(crate) fn behind(&self) -> Vec<HopId> {
        match &self.lock().phase {
            Phase::Idle => Vec::new(),
            Phase::Starting(_) | Phase::Up(_) => self.way.behind(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        lock(&self.now)
    }
}

async fn taken(places: &Semaphore, deadline: Deadline) -> Result<SemaphorePermit<'_>, Fault> {
    match timeout_at(deadline.at().into(), places.acquire()).await {
        Ok(Ok(place)) => Ok(place),
        _ => Err(Fault::Busy),
    }
}
