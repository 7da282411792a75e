//! What the account has left, and what its models cost, as they were read a moment ago.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::error::ToolError;

const BALANCE_KEPT_FOR: Duration = Duration::from_secs(60);
const PRICES_KEPT_FOR: Duration = Duration::from_secs(900);

#[derive(Debug, Default)]
pub(crate) struct Account(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    balance: Option<(Balance, Instant)>,
    prices: Option<(HashMap<String, f64>, Instant)>,
}

/// What the account may still spend of its period.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    /// None where it cannot be read: a key need not have the right to.
    left: Option<u64>,
    /// More may be spent, and paid for later.
    may_exceed: bool,
}

impl Account {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many credits a character costs with a model, as far as that was read.
    pub(crate) fn price_at_hand(&self, model: &str) -> f64 {
        let known = self.lock();
        let price = known
            .prices
            .as_ref()
            .and_then(|(prices, _)| prices.get(model));
        price.copied().unwrap_or(1.0)
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
        let known = self.lock();
        let at = known.prices.as_ref().map(|(_, at)| *at);
        at.is_some_and(|at| at.elapsed() < PRICES_KEPT_FOR)
    }
}

impl Context<'_> {
    /// Reads the prices of models, where they are not known.
    pub(crate) async fn learn_prices(&self) {
        let Ok(account) = self.account() else { return };
        if account.knows_prices() {
            return;
        }
        let deadline = self.request.deadline;
        let models = self
            .elevenlabs(|client, key| async move { client.models(&key, deadline).await })
            .await;
        if let Ok(models) = models {
            let prices = models
                .into_iter()
                .filter_map(|model| Some((model.model_id, model.character_cost_multiplier?)));
            account.lock().prices = Some((prices.collect(), Instant::now()));
        }
    }

    async fn balance(&self) -> Result<Balance, ToolError> {
        let account = self.account()?;
        if let Some(balance) = account.balance() {
            return Ok(balance);
        }
        let deadline = self.request.deadline;
        let read = self
            .elevenlabs(|client, key| async move { client.subscription(&key, deadline).await })
            .await;
        let balance = read.map_or(Balance::default(), |read| Balance {
            left: Some(read.character_limit.saturating_sub(read.character_count)),
            may_exceed: read.can_extend_character_limit == Some(true),
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
            && !balance.may_exceed
        {
            return Err(ToolError::Unavailable(format!(
                "this would cost about {credits} credits, and the ElevenLabs account has {left} left: ask for less, or add \
                 credits; nothing was spent"
            )));
        }
        work.await
    }
}
