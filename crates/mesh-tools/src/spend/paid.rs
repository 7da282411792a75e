use std::future::Future;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use tokio::time::timeout_at;

use super::cost::Cost;
use super::elsewhere::Elsewhere;
use super::estimate::Estimate;
use super::replays::{Key, Outcome, Turn};
use super::uncertain;
use crate::audio::OutputMode;
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::{Block, Reply};
use crate::schema;
use crate::tool::Output;

/// What is bought by a call, before it is.
pub(crate) struct Purchase<'a, A> {
    pub(crate) tool: &'static str,
    pub(crate) arguments: &'a A,
    /// SHA-256 of each recording that is sent: a file of the same name may be another.
    pub(crate) recordings: Vec<[u8; 32]>,
    pub(crate) fresh: bool,
    pub(crate) estimate: Estimate,
}

/// What a call has brought.
pub(crate) struct Bought<T> {
    pub(crate) value: T,
    pub(crate) blocks: Vec<Block>,
    pub(crate) charged: Option<u64>,
}

/// The answer of a call that is paid for.
#[derive(Debug)]
pub struct Paid<T> {
    reply: Reply,
    of: PhantomData<fn() -> T>,
}

/// What was bought, what it cost, and whether it is from an earlier call, at no cost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Receipt<T> {
    #[serde(flatten)]
    pub value: T,
    pub cost: Cost,
    pub replayed: bool,
}

impl<T: Serialize + JsonSchema + Send> Output for Paid<T> {
    const IS_PAID: bool = true;

    fn schema() -> Option<Value> {
        Some(schema::of_output::<Receipt<T>>())
    }

    fn into_reply(self) -> Result<Reply, ToolError> {
        Ok(self.reply)
    }
}

impl Context<'_> {
    /// Buys once, however often the same is called, and once somebody has agreed where that is needed.
    ///
    /// # Errors
    /// Those of `work`; where nobody has agreed; and where the account has too little.
    pub(crate) async fn paid<T, A>(
        &self,
        purchase: Purchase<'_, A>,
        work: impl Future<Output = Result<Bought<T>, ToolError>>,
    ) -> Result<Paid<T>, ToolError>
    where
        T: Serialize + JsonSchema + Send,
        A: Serialize,
    {
        let key = self.replay_key(purchase.tool, purchase.arguments, &purchase.recordings)?;
        let replays = self.replays()?;
        if !self.is_paid_for(&key, purchase.fresh).await? {
            self.agreed().await?;
        }
        let take = |fresh| replays.turn(key.clone(), fresh, &self.spending);
        let turn = match take(purchase.fresh) {
            Turn::Again(reply) if names_a_gone_file(reply.structured.as_ref()) => take(true),
            turn => turn,
        };
        let reply = match turn {
            Turn::Refused(error) => return Err(error),
            Turn::Again(reply) => replayed(self.relinked(Arc::unwrap_or_clone(reply)).await?)?,
            Turn::Join(running) => replayed(self.joined(running).await?)?,
            Turn::First(paying) => {
                let outcome = Box::pin(self.first(&key, &purchase, work)).await;
                Arc::unwrap_or_clone(paying.end(outcome)?)
            }
        };
        Ok(Paid {
            reply,
            of: PhantomData,
        })
    }

    /// Whether the same is paid for already, or may be, as far as somebody has to agree to it.
    async fn is_paid_for(&self, key: &Key, fresh: bool) -> Result<bool, ToolError> {
        if self.awaited.is_none() || self.replays()?.knows(key, fresh) {
            return Ok(true);
        }
        Ok(Box::pin(self.is_known_elsewhere(key, fresh)).await)
    }

    async fn agreed(&self) -> Result<(), ToolError> {
        match &self.awaited {
            Some(awaited) => awaited.agreed().await,
            None => Ok(()),
        }
    }

    async fn first<T: Serialize, A: Serialize>(
        &self,
        key: &Key,
        purchase: &Purchase<'_, A>,
        work: impl Future<Output = Result<Bought<T>, ToolError>>,
    ) -> Result<Reply, ToolError> {
        let is_needed = self.services.voice.mode == OutputMode::Link;
        let is_usable = |reply: &Reply| !names_a_gone_file(reply.structured.as_ref());
        let work = Box::pin(async {
            // What was paid for a moment ago may be forgotten by now.
            self.agreed().await?;
            let bought = self.affording(purchase.estimate.needed(), work).await?;
            self.receipt(purchase.estimate.credits(), bought)
        });
        match self
            .done_once(key, purchase.fresh, is_needed, is_usable, work)
            .await?
        {
            Elsewhere::Yes(reply) => replayed(reply),
            Elsewhere::No(reply) => Ok(reply),
        }
    }

    pub(super) fn replay_key(
        &self,
        tool: &'static str,
        arguments: &impl Serialize,
        recordings: &[[u8; 32]],
    ) -> Result<Key, ToolError> {
        Ok(Key {
            caller: self.request.caller.id().into(),
            tool,
            digest: digest(arguments, recordings)?,
        })
    }

    pub(super) async fn joined(
        &self,
        mut running: watch::Receiver<Outcome>,
    ) -> Result<Reply, ToolError> {
        let deadline = self.request.deadline;
        let ended = running.wait_for(Option::is_some);
        match timeout_at(deadline.at().into(), ended).await {
            Ok(Ok(outcome)) => {
                let outcome = outcome.clone().expect("it was waited for");
                outcome.map(Arc::unwrap_or_clone)
            }
            Ok(Err(_)) => Err(uncertain::given_up()),
            Err(_) => Err(ToolError::DeadlineExceeded {
                budget: deadline.budget(),
                slow: "the first call of the same, which is still under way",
            }),
        }
    }

    fn receipt<T: Serialize>(
        &self,
        estimate: Option<u64>,
        bought: Bought<T>,
    ) -> Result<Reply, ToolError> {
        let receipt = Receipt {
            value: bought.value,
            cost: Cost {
                credits_estimated: estimate,
                credits_charged: bought.charged,
                credits_remaining: self.account()?.spent(bought.charged),
            },
            replayed: false,
        };
        let structured = serde_json::to_value(&receipt).map_err(ToolError::internal)?;
        Ok(told(structured, bought.blocks))
    }
}

/// Somebody has taken away what the answer tells of: it is to be made again.
fn names_a_gone_file(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(items)) => items.iter().any(|item| names_a_gone_file(Some(item))),
        Some(Value::Object(members)) => members.iter().any(|(name, value)| match value {
            Value::String(path) => name == "path" && !Path::new(path).exists(),
            other => names_a_gone_file(Some(other)),
        }),
        _ => false,
    }
}

fn told(structured: Value, others: Vec<Block>) -> Reply {
    let mut blocks = vec![Block::Text(structured.to_string())];
    blocks.extend(others);
    Reply {
        blocks,
        structured: Some(structured),
        ..Reply::default()
    }
}

fn replayed(reply: Reply) -> Result<Reply, ToolError> {
    let structured = reply.structured;
    let mut structured =
        structured.ok_or_else(|| ToolError::internal("what is paid for is structured"))?;
    structured["replayed"] = json!(true);
    structured["cost"]["creditsCharged"] = json!(0);
    Ok(told(structured, reply.blocks.into_iter().skip(1).collect()))
}

/// Of what is bought, and so without `fresh`.
fn digest(arguments: &impl Serialize, recordings: &[[u8; 32]]) -> Result<[u8; 32], ToolError> {
    let mut arguments = serde_json::to_value(arguments).map_err(ToolError::internal)?;
    if let Some(arguments) = arguments.as_object_mut() {
        arguments.remove("fresh");
    }
    let mut digest = Sha256::new_with_prefix(arguments.to_string());
    recordings
        .iter()
        .for_each(|recording| digest.update(recording));
    Ok(digest.finalize().into())
}
