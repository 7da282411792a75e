mod lists;
mod open;
mod task;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_core::{Deadline, Trace};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use crate::entry::Protocol;
use crate::era::Era;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::{Inbox, Kept, Listener};
use crate::plan::Plan;
use crate::wire::{About, Param, Request, Wire};

use self::open::{newest_first, oldest_first, request};

/// The largest page of a list, and the largest answer to an opening. After as much, no further page is read.
const MAX_LIST_BYTES: u64 = 16 * 1024 * 1024;

/// An upstream that has agreed on what is spoken.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) wire: Wire,
    pub(crate) era: Era,
    offers: Offers,
}

/// What a connection is opened with.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) relays: bool,
    /// The servers that the request came through for which it is opened.
    pub(crate) hops: Hops,
    pub(crate) deadline: Deadline,
    /// Cancelled where nobody needs it any more.
    pub(crate) until: CancellationToken,
}

/// Why there is no connection, and the last of what a process said of it.
#[derive(Debug)]
pub(crate) struct Unopened {
    pub(crate) fault: Fault,
    pub(crate) said: Option<String>,
}

impl From<Fault> for Unopened {
    fn from(fault: Fault) -> Self {
        Self { fault, said: None }
    }
}

/// Which lists it has, and what else it does.
#[derive(Debug, Default, Deserialize)]
struct Offers {
    tools: Option<Value>,
    prompts: Option<Value>,
    resources: Option<Value>,
    completions: Option<Value>,
    tasks: Option<Value>,
}

impl Offers {
    /// Whether it tells of single resources that hold something else than before.
    fn tell_of_resources(&self) -> bool {
        let resources = self.resources.as_ref();
        resources.is_some_and(|resources| resources["subscribe"] == true)
    }

    /// Whether tools can be called as tasks.
    fn run_tools_as_tasks(&self) -> bool {
        let tasks = self.tasks.as_ref();
        tasks.is_some_and(|tasks| tasks["requests"]["tools"]["call"].is_object())
    }

    /// Whether it says that it tells when a list of its changes.
    fn tell_of_changes(&self) -> bool {
        let lists = [&self.tools, &self.prompts, &self.resources];
        let mut told = lists.into_iter().flatten();
        told.any(|list| list["listChanged"] == true)
    }
}

/// What a call is made with.
#[derive(Clone, Debug)]
pub struct Asked {
    pub deadline: Deadline,
    /// The servers that the request came through before us.
    pub hops: Hops,
    pub trace: Option<Trace>,
    pub listener: Listener,
    /// The largest result that is of use.
    pub max_bytes: u64,
}

impl Connection {
    pub(crate) async fn open(
        plan: &Plan,
        opening: &Opening,
        inbox: &Arc<Inbox>,
    ) -> Result<Self, Unopened> {
        let inbox = || Arc::clone(inbox);
        let deadline = opening.deadline;
        match plan {
            Plan::Start(launch) => Self::agree(Wire::start(launch, inbox())?, opening).await,
            Plan::Send(to, headers, Protocol::Sse) => {
                let wire = Wire::sse(to.clone(), headers.clone(), inbox(), deadline).await?;
                Self::agree(wire, opening).await
            }
            Plan::Send(to, headers, protocol) => {
                let wire = Wire::streamable(to.clone(), headers.clone(), inbox());
                let fault = match Self::agree(wire, opening).await {
                    // MCP 2025-11-25, basic/transports, "Backwards Compatibility".
                    Err(Unopened {
                        fault: fault @ Fault::Status(400..=499),
                        ..
                    }) if *protocol == Protocol::Either => fault,
                    agreed => return agreed,
                };
                match Wire::sse(to.clone(), headers.clone(), inbox(), deadline).await {
                    Ok(wire) => Self::agree(wire, opening).await,
                    Err(_) => Err(fault.into()),
                }
            }
        }
    }

    async fn agree(wire: Wire, opening: &Opening) -> Result<Self, Unopened> {
        let deadline = opening.deadline;
        let opened = async {
            match &wire {
                Wire::Streamable(_) => newest_first(&wire, opening).await,
                Wire::Stdio(_) | Wire::Sse(_) => oldest_first(&wire, opening).await,
            }
        };
        let opened = opening.until.run_until_cancelled(opened).await;
        match opened.unwrap_or_else(|| Err(Fault::not_needed())) {
            Ok((era, offers)) => {
                wire.agreed(era);
                if era != Era::Modern {
                    wire.notify("notifications/initialized", deadline).await?;
                }
                Ok(Self { wire, era, offers })
            }
            Err(fault) => {
                let said = wire.said();
                wire.end(deadline).await;
                Err(Unopened { fault, said })
            }
        }
    }

    /// Whether it completes arguments.
    pub(crate) const fn completes(&self) -> bool {
        self.offers.completions.is_some()
    }

    /// Whether its resources can be subscribed to.
    pub(crate) fn subscribes(&self) -> bool {
        self.offers.tell_of_resources()
    }

    /// Whether tools can be called as tasks; an upstream that does not say so is called plainly, whatever a tool says.
    pub(crate) fn runs_tasks(&self) -> bool {
        matches!(self.era, Era::Handshake(_)) && self.offers.run_tools_as_tasks()
    }

    /// Hears of changes as long as it is there. Before 2026-07-28 a server may ask there, too, and waits for the answer: it has
    /// one at once, whatever it says that it tells of.
    pub(crate) fn listen(&self) {
        if self.offers.tell_of_changes() || self.era != Era::Modern {
            self.wire.listen(self.era);
        }
    }

    /// Why nothing is answered in so long; a refusal is an answer.
    pub(crate) async fn probe(&self, timeout: Duration) -> Option<Fault> {
        let method = match self.era {
            Era::Modern => "server/discover",
            Era::Opening | Era::Handshake(_) => "ping",
        };
        let opening = Opening {
            relays: false,
            hops: Hops::default(),
            deadline: Deadline::after(Instant::now(), timeout),
            until: CancellationToken::new(),
        };
        let asked = request(&self.wire, method, &[], self.era, &opening);
        match asked.await {
            Ok(_)
            | Err(
                Fault::Rpc(_)
                | Fault::Credentials(_)
                | Fault::Login
                | Fault::SessionGone
                | Fault::Status(400..=499),
            ) => None,
            Err(fault) => Some(fault),
        }
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        params: &[Param<'_>],
        about: Option<About<'_>>,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        self.ask_and_keep(method, params, about, asked, None).await
    }

    /// As [`Self::ask`]; what is said of it is heard until `kept` is dropped.
    async fn ask_and_keep(
        &self,
        method: &str,
        params: &[Param<'_>],
        about: Option<About<'_>>,
        asked: &Asked,
        kept: Option<&Kept>,
    ) -> Result<Box<RawValue>, Fault> {
        let request = Request {
            method,
            params,
            about,
            listener: &asked.listener,
            kept,
            hops: asked.hops.clone(),
            trace: asked.trace,
            era: self.era,
            deadline: asked.deadline,
            max_bytes: asked.max_bytes,
        };
        self.wire.request(request).await
    }
}
