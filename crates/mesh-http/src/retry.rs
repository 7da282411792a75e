use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;

use crate::{HttpError, Refusal};

/// What a first attempt may take: a healthy service answers in tens of milliseconds, and a lost packet deserves another try
/// while there is still time for one.
pub(crate) const FIRST_TIMEOUT: Duration = Duration::from_secs(2);

/// Calls, and calls once more after a fault that passes. A pause that a host asks for is made where there is time, and is the
/// end where there is not.
pub(crate) async fn within<T, F: Future<Output = Result<T, HttpError>>>(
    deadline: Deadline,
    first_timeout: Duration,
    is_worth_another: impl Fn(&HttpError) -> bool,
    call: impl Fn(Deadline) -> F,
) -> Result<T, HttpError> {
    let error = match call(deadline.at_most(Instant::now(), first_timeout)).await {
        Err(error) if is_worth_another(&error) => error,
        settled => return settled,
    };
    let now = SystemTime::now();
    let pause = error.retry_after(now).unwrap_or_else(|| pause(now));
    if deadline.remaining(Instant::now()) <= pause {
        return Err(error);
    }
    tokio::time::sleep(pause).await;
    call(deadline).await
}

/// As often as a request is sent that is not taken, and of which nothing says that it soon will be.
const MAX_UNTAKEN: u32 = 4;
/// So often pauses are doubled: to two seconds or so.
const MAX_DOUBLED: u32 = 4;

/// Calls until what was asked for was taken, which it was not where there was no connection, or where the host said that it
/// is asked for too much: neither takes effect. A pause that has no time left is the end. Where others have only to end first, it
/// goes on for half of the time: what is taken at last needs the rest.
pub(crate) async fn until_taken<T, F: Future<Output = Result<T, HttpError>>>(
    deadline: Deadline,
    waits_for_others: impl Fn(&Refusal) -> bool,
    call: impl Fn() -> F,
) -> Result<T, HttpError> {
    let mut untaken = 0;
    loop {
        let error = match call().await {
            Err(error) if error.is_untaken() => error,
            settled => return settled,
        };
        untaken += 1;
        let left = deadline.remaining(Instant::now());
        let waits = matches!(&error, HttpError::Refused(refusal) if waits_for_others(refusal))
            && left > deadline.budget() / 2;
        let now = SystemTime::now();
        let doubled = pause(now) * 2_u32.pow(untaken.min(MAX_DOUBLED));
        let pause = error.retry_after(now).unwrap_or(doubled);
        if untaken >= MAX_UNTAKEN && !waits || left <= pause {
            return Err(error);
        }
        tokio::time::sleep(pause).await;
    }
}

/// 50 to 150 ms, by chance, so that processes that were refused together do not come back together.
fn pause(now: SystemTime) -> Duration {
    let nanos = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    Duration::from_millis(50 + u64::from(nanos / 1_000 % 100))
}
