use std::future::Future;
use std::time::Duration;

/// Far more than anything here takes, so that a test that hangs fails with its own name.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(TIMEOUT, work)
        .await
        .expect("it happens in time")
}
