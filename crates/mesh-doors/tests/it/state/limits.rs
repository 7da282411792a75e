use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use mesh_core::Effect;
use mesh_doors::limits::{Counted, Limit, SharedLimiter, SharedRefusal};
use mesh_store::{Store, StoreError, Within};

use super::{at, without_store};

/// Leases of five.
pub(super) const FIFTY: Limit = Limit {
    per_minute: 50,
    concurrent: 50,
};

async fn admit(limiter: &SharedLimiter, caller: &str, within: Within) -> Option<Duration> {
    let admitted = limiter.admit(caller, Effect::Read, FIFTY, within).await;
    match admitted {
        Ok(counted) => {
            assert_eq!(counted, Counted::Shared);
            None
        }
        Err(SharedRefusal::Refused(refused)) => Some(refused.retry_in),
        Err(error) => panic!("{error}"),
    }
}

/// How many calls are let in until one is refused.
pub(super) async fn drained(limiter: &SharedLimiter, caller: &str, within: Within) -> usize {
    let mut admitted = 0;
    while admit(limiter, caller, within).await.is_none() {
        admitted += 1;
    }
    admitted
}

pub(super) async fn a_lease_asks_nobody(store: Arc<dyn Store>) {
    let limiter = SharedLimiter::new(store);
    assert_eq!(admit(&limiter, "lease", at(0)).await, None);
    for _ in 0..4 {
        assert_eq!(admit(&limiter, "lease", without_store(0)).await, None);
    }
    let beyond = limiter.admit("lease", Effect::Read, FIFTY, without_store(0));
    assert_eq!(beyond.await, Ok(Counted::Alone(StoreError::TimedOut)));
    assert_eq!(drained(&limiter, "lease", at(0)).await, 45);
    // That it is empty is known from the last answer.
    let retry_in = admit(&limiter, "lease", without_store(0)).await;
    assert_eq!(retry_in, Some(Duration::from_millis(1_200)));
}

pub(super) async fn a_bucket_is_everybodys(store: Arc<dyn Store>) {
    let instances = [(); 3].map(|()| SharedLimiter::new(Arc::clone(&store)));
    for instance in &instances {
        for _ in 0..6 {
            assert_eq!(admit(instance, "everybody", at(0)).await, None);
        }
    }
    // Each has taken two leases of five, and has four left.
    assert_eq!(drained(&instances[0], "everybody", at(0)).await, 4 + 20);
    for instance in &instances[1..] {
        assert_eq!(drained(instance, "everybody", at(0)).await, 4);
    }
}

pub(super) async fn a_bucket_fills_evenly(store: Arc<dyn Store>) {
    let limiter = SharedLimiter::new(store);
    assert_eq!(drained(&limiter, "filling", at(0)).await, 50);
    assert_eq!(drained(&limiter, "filling", at(6)).await, 5);
    assert_eq!(drained(&limiter, "filling", at(1_000)).await, 50);
    let none = Limit {
        per_minute: 0,
        concurrent: 1,
    };
    let refused = limiter.admit("nothing", Effect::Read, none, at(0)).await;
    let refused = refused.expect_err("refused").to_string();
    assert!(refused.contains("0 a minute are allowed"), "{refused}");
}

pub(super) async fn a_lease_that_is_not_used_is_lost(store: Arc<dyn Store>) {
    let limiter = SharedLimiter::new(store);
    assert_eq!(admit(&limiter, "unused", at(0)).await, None);
    assert_eq!(drained(&limiter, "unused", at(61)).await, 50);
}

pub(super) async fn an_effect_and_a_caller_have_a_bucket_each(store: Arc<dyn Store>) {
    let limiter = SharedLimiter::new(store);
    let five = Limit {
        per_minute: 5,
        concurrent: 5,
    };
    for caller in ["jwt:ada@https://id.example.com", "two words", ""] {
        assert_eq!(drained(&limiter, caller, at(0)).await, 50, "{caller}");
        for nth in 0..6 {
            let spent = limiter.admit(caller, Effect::Spend, five, at(0)).await;
            assert_eq!(spent.is_ok(), nth < 5, "{caller} {nth}");
        }
    }
}

pub(super) async fn without_an_answer_reads_go_on_and_nothing_is_spent(store: Arc<dyn Store>) {
    let limiter = SharedLimiter::new(store);
    let admit = async |effect| {
        let admitted = limiter.admit("alone", effect, FIFTY, without_store(0));
        admitted.await
    };
    for effect in [Effect::Read, Effect::Write] {
        let alone = Ok(Counted::Alone(StoreError::TimedOut));
        assert_eq!(admit(effect).await, alone);
    }
    let refused = admit(Effect::Spend).await.expect_err("refused");
    assert_eq!(refused, SharedRefusal::Uncounted(StoreError::TimedOut));
    assert!(refused.to_string().contains("try again later"), "{refused}");
}

pub(super) async fn fifty_at_once_get_what_is_there(store: Arc<dyn Store>) {
    let tasks = (0..50).map(|_| {
        let limiter = SharedLimiter::new(Arc::clone(&store));
        tokio::spawn(async move { drained(&limiter, "fifty", at(0)).await })
    });
    let admitted = join_all(tasks).await;
    let admitted = admitted
        .into_iter()
        .map(|admitted| admitted.expect("ended"));
    assert_eq!(admitted.sum::<usize>(), 50);
}
