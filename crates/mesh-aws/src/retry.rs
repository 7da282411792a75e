use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;

/// What a first attempt may take: a healthy service answers in tens of milliseconds, and a lost packet deserves a second try
/// while there is still time for one.
const FIRST: Duration = Duration::from_secs(2);

/// Whether the same call may succeed the next time.
pub(crate) trait Passing {
    fn is_passing(&self) -> bool;
}

/// Calls, and calls once more after a fault that passes, as far as the deadline allows. Only for what may be done twice.
pub(crate) async fn twice<T, E: Passing, F: Future<Output = Result<T, E>>>(
    deadline: Deadline,
    call: impl Fn(Deadline) -> F,
) -> Result<T, E> {
    let first = call(deadline.at_most(Instant::now(), FIRST)).await;
    let pause = pause(SystemTime::now());
    match first {
        Err(error) if error.is_passing() && deadline.remaining(Instant::now()) > pause => {
            tokio::time::sleep(pause).await;
            call(deadline).await
        }
        settled => settled,
    }
}

/// 50 to 150 ms, by chance, so that processes that were refused together do not come back together.
fn pause(now: SystemTime) -> Duration {
    let nanos = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    Duration::from_millis(50 + u64::from(nanos / 1_000 % 100))
}
