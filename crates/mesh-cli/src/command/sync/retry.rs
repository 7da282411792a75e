//! A fault that passes does not end a run of hours.

use std::fmt::Display;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use mesh_clients::openai::OpenAiError;
use mesh_clients::supabase::SupabaseError;

use crate::progress::Reporter;

/// Beside the client's own second try of what may be sent twice.
const MAX_TRIES: u32 = 5;

/// Whoever asks for more is left alone: the next run goes on where this one ends.
const MAX_PAUSE: Duration = Duration::from_secs(120);

/// Where a vendor says no more than that it is asked too often: its bounds are those of a minute.
const UNTOLD_PAUSE: Duration = Duration::from_secs(15);

/// A call is done in a second or two.
const LONG: Duration = Duration::from_secs(10);

const FIRST_PAUSE: Duration = Duration::from_millis(500);

pub(super) trait Fault: Display {
    /// How long to wait at least before another try; none where another would end alike.
    fn pause(&self) -> Option<Duration>;
}

impl Fault for OpenAiError {
    fn pause(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after.unwrap_or(UNTOLD_PAUSE)),
            Self::CircuitOpen { retry_in } => Some(*retry_in),
            Self::ServerFault(_) | Self::Unreachable(_) | Self::TimedOut => Some(Duration::ZERO),
            Self::Unauthorized
            | Self::Forbidden
            | Self::NoSuchModel
            | Self::NotFound
            | Self::QuotaExceeded
            | Self::BadRequest(_)
            | Self::UnexpectedAnswer(_) => None,
        }
    }
}

impl Fault for SupabaseError {
    fn pause(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after.unwrap_or(UNTOLD_PAUSE)),
            Self::CircuitOpen { retry_in } => Some(*retry_in),
            Self::ServerFault { .. } | Self::Unreachable(_) | Self::TimedOut => {
                Some(Duration::ZERO)
            }
            Self::Unauthorized
            | Self::Forbidden(_)
            | Self::NoSuchFunction(_)
            | Self::AmbiguousFunction(_)
            | Self::NoSuchTable(_)
            | Self::StatementTimeout
            | Self::BadRequest { .. }
            | Self::UnexpectedAnswer(_) => None,
        }
    }
}

/// Calls until it succeeds, fails for good, or has been tried often enough; tells of each pause.
pub(super) async fn retried<T, E: Fault>(
    progress: &Reporter,
    vendor: &str,
    call: impl AsyncFn() -> Result<T, E>,
) -> Result<T, E> {
    let mut tries = 0;
    loop {
        let error = match watched(progress, vendor, call()).await {
            Err(error) => error,
            done => return done,
        };
        tries += 1;
        let Some(pause) = error.pause().filter(|_| tries < MAX_TRIES) else {
            return Err(error);
        };
        if pause > MAX_PAUSE {
            let seconds = pause.as_secs();
            progress.note(&format!(
                "{vendor} asks for a pause of {seconds} s, which is too long; run this again then"
            ));
            return Err(error);
        }
        let pause = pause + jittered(FIRST_PAUSE * 2_u32.pow(tries - 1), SystemTime::now());
        let seconds = pause.as_secs_f64();
        progress.note(&format!(
            "{vendor}: {error}; trying again in {seconds:.1} s"
        ));
        tokio::time::sleep(pause).await;
    }
}

/// Tells of a call that takes long: the client itself makes a pause that it is asked for, and tries once more.
async fn watched<T>(progress: &Reporter, vendor: &str, call: impl Future<Output = T>) -> T {
    let mut call = pin!(call);
    tokio::select! {
        done = &mut call => done,
        () = tokio::time::sleep(LONG) => {
            progress.note(&format!("waiting for {vendor}"));
            call.await
        }
    }
}

/// Half of it to all of it, by chance, so that runs that were refused together do not come back together.
fn jittered(pause: Duration, now: SystemTime) -> Duration {
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    let chance = since.map_or(0, |since| since.subsec_micros() % 1_000);
    pause / 2 + pause / 2 * chance / 1_000
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn tries(error: fn() -> OpenAiError, failures: u32) -> (bool, u32) {
        let tried = Cell::new(0);
        let progress = Reporter::new();
        let ended = retried(&progress, "OpenAI", async || {
            tried.set(tried.get() + 1);
            if tried.get() > failures {
                return Ok(());
            }
            Err(error())
        });
        (ended.await.is_ok(), tried.get())
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_again_and_what_stays_is_not() {
        let at_fault = || OpenAiError::ServerFault("500".to_owned());
        assert_eq!(tries(at_fault, 2).await, (true, 3));
        assert_eq!(tries(at_fault, 9).await, (false, 5));
        assert_eq!(tries(|| OpenAiError::QuotaExceeded, 9).await, (false, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_is_asked_for_is_made_within_bounds() {
        let started = tokio::time::Instant::now();
        let busy = || OpenAiError::RateLimited {
            retry_after: Some(Duration::from_secs(60)),
        };
        assert_eq!(tries(busy, 1).await, (true, 2));
        let waited = started.elapsed();
        assert!(waited >= Duration::from_secs(60), "{waited:?}");
        assert!(waited < Duration::from_secs(61), "{waited:?}");
        let untold = || OpenAiError::RateLimited { retry_after: None };
        assert_eq!(tries(untold, 4).await, (true, 5));
        assert!(started.elapsed() >= waited + UNTOLD_PAUSE * 4);
        let hours = || OpenAiError::RateLimited {
            retry_after: Some(Duration::from_secs(7_200)),
        };
        assert_eq!(tries(hours, 1).await, (false, 1));
    }
}
