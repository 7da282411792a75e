use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use mesh_doors::once::{Once, Spent};
use mesh_store::{Store, StoreError};

use super::{at, start, without_store};

pub(super) async fn a_token_is_spent_once(store: Arc<dyn Store>) {
    let once = Once::new(Some(store));
    let expires = start() + Duration::from_secs(600);
    let spend = async |token: u8, within| once.spend(&[token; 32], expires, within).await;
    let unanswered = spend(1, without_store(0)).await;
    assert_eq!(unanswered, Err(StoreError::TimedOut));
    assert_eq!(spend(1, at(0)).await, Ok(Spent::First));
    assert_eq!(spend(2, at(0)).await, Ok(Spent::First));
    for seconds in [0, 599] {
        assert_eq!(spend(1, at(seconds)).await, Ok(Spent::Again), "{seconds}");
    }
}

pub(super) async fn fifty_at_once_spend_a_token_once(store: Arc<dyn Store>) {
    let once = Arc::new(Once::new(Some(store)));
    let expires = start() + Duration::from_secs(600);
    let tasks = (0..50).map(|_| {
        let once = Arc::clone(&once);
        tokio::spawn(async move { once.spend(&[3; 32], expires, at(0)).await })
    });
    let spent = join_all(tasks).await;
    let spent: Vec<_> = spent
        .into_iter()
        .map(|spent| spent.expect("ended"))
        .collect();
    let first = spent.iter().filter(|spent| **spent == Ok(Spent::First));
    assert_eq!(first.count(), 1);
    let again = spent.iter().filter(|spent| **spent == Ok(Spent::Again));
    assert_eq!(again.count(), 49);
}
