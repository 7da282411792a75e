//! What the account has left, and what its models cost, as they were read a moment ago.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mesh_clients::elevenlabs::Model;

use crate::context::Context;
use crate::error::ToolError;

const BALANCE_KEPT_FOR: Duration = Duration::from_secs(60);
const PRICES_KEPT_FOR: Duration = Duration::from_secs(900);
/// How long they are not asked for again, where they could not be read.
const PRICES_MISSED_FOR: Duration = Duration::from_secs(60);
/// For each of the two: the call that they are read for takes the rest.
const LOOK_UP: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(crate) struct Account(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    balance: Option<(Balance, Instant)>,
    /// Credits that a character costs, by model.
    prices: HashMap<String, f64>,
    /// When they are to be read again; none, where they never were.
    prices_until: Option<Instant>,
}

/// What the account may still spend of its period. None where there is no bound, or where it cannot be read: a key need not have
/// the right to.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    left: Option<u64>,
}

impl Account {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many credits a character costs with a model, as far as that was read.
    pub(crate) fn price_at_hand(&self, model: &str) -> Option<f64> {
        self.lock().prices.get(model).copied()
    }

    /// What is left after a charge; nothing, where nobody knows how large it was.
    pub(super) fn spent(&self, credits: Option<u64>) -> Option<u64> {
        let mut known = self.lock();
        let Some(credits) = credits else {
            known.balance = None;
            return None;
        };
        let (balance, _) = known.balance.as_mut()?;
        balance.left = balance.left.map(|left| left.saturating_sub(credits));
        balance.left
    }

    fn balance(&self) -> Option<Balance> {
        let known = self.lock();
        let (balance, at) = known.balance?;
        (at.elapsed() < BALANCE_KEPT_FOR).then_some(balance)
    }

    fn knows_prices(&self) -> bool {
        let until = self.lock().prices_until;
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Those that could not be read stay as they were.
    fn learn(&self, prices: Option<HashMap<String, f64>>) {
        let mut known = self.lock();
        let kept_for = match prices {
            Some(prices) => {
                known.prices = prices;
                PRICES_KEPT_FOR
            }
            None => PRICES_MISSED_FOR,
        };
        known.prices_until = Some(Instant::now() + kept_for);
    }
}

impl Context<'_> {
    /// Reads the prices of models, where they are not known.
    pub(crate) async fn learn_prices(&self) {
        let Ok(account) = self.account() else { return };
        if account.knows_prices() {
            return;
        }
        let deadline = self.request.deadline.at_most(Instant::now(), LOOK_UP);
        let models = self
            .elevenlabs(|client, key| async move { client.models(&key, deadline).await })
            .await;
        let price = |model: Model| Some((model.model_id, model.character_cost_multiplier?));
        let prices = models.map(|models| models.into_iter().filter_map(price).collect());
        account.learn(prices.ok());
    }

    async fn balance(&self) -> Result<Balance, ToolError> {
        let account = self.account()?;
        if let Some(balance) = account.balance() {
            return Ok(balance);
        }
        let deadline = self.request.deadline.at_most(Instant::now(), LOOK_UP);
        let read = self
            .elevenlabs(|client, key| async move { client.subscription(&key, deadline).await })
            .await;
        let balance = read.map_or(Balance::default(), |read| Balance {
            left: read.credits_left(),
        });
        account.lock().balance = Some((balance, Instant::now()));
        Ok(balance)
    }

    /// Does `work` unless the account has too little for what it is expected to cost.
    pub(super) async fn affording<T>(
        &self,
        credits: Option<u64>,
        work: impl Future<Output = Result<T, ToolError>>,
    ) -> Result<T, ToolError> {
        let balance = self.balance().await?;
        if let (Some(left), Some(credits)) = (balance.left, credits)
            && left < credits
        {
            return Err(ToolError::Unavailable(format!(
                "this would cost about {credits} credits, and the ElevenLabs account has {left} left: ask for less, or add \
                 credits; nothing was spent"
            )));
        }
        work.await
    }
}
