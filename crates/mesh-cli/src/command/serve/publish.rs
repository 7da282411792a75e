//! Measurements to where they are collected, from a host that is not Lambda: every minute, and once more at the end.

mod backlog;
mod cloudwatch;

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use mesh_app::App;
use mesh_core::Datum;
use tokio::time::{self, Instant, MissedTickBehavior};

use backlog::Backlog;

pub(super) use cloudwatch::Collector;

/// The finest that CloudWatch keeps without being paid for more.
const EVERY: Duration = Duration::from_secs(60);
/// What the last sending may hold up the end of the process.
const FAREWELL: Duration = Duration::from_secs(5);

/// Does `work` to its end, and sends what it measures meanwhile. Nothing that goes wrong with sending touches the work.
pub(super) async fn alongside<T>(
    work: impl Future<Output = T>,
    app: App,
    collector: Collector,
) -> T {
    let measured = || app.measured(SystemTime::now());
    let send = async |at, data: &[Datum]| collector.send(at, data, &app.labels()).await;
    sending(work, measured, send).await
}

async fn sending<T>(
    work: impl Future<Output = T>,
    measured: impl Fn() -> Vec<Datum>,
    send: impl AsyncFn(SystemTime, &[Datum]) -> anyhow::Result<()>,
) -> T {
    let mut publisher = Publisher {
        measured,
        backlog: Backlog::default(),
        send,
    };
    let done = {
        let work = pin!(work);
        let sending = pin!(publisher.every_minute());
        tokio::select! {
            done = work => done,
            never = sending => match never {},
        }
    };
    if time::timeout(FAREWELL, publisher.publish()).await.is_err() {
        tracing::warn!("the last measurements could not be sent in time");
    }
    done
}

struct Publisher<M, S> {
    measured: M,
    backlog: Backlog,
    send: S,
}

impl<M, S> Publisher<M, S>
where
    M: Fn() -> Vec<Datum>,
    S: AsyncFn(SystemTime, &[Datum]) -> anyhow::Result<()>,
{
    async fn every_minute(&mut self) -> Infallible {
        // Not at once: a sending that the end of the process breaks off is counted twice.
        let mut minutes = time::interval_at(Instant::now() + EVERY, EVERY);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            minutes.tick().await;
            self.publish().await;
        }
    }

    /// Sends all there is, oldest first, up to the first failure.
    async fn publish(&mut self) {
        let data = (self.measured)();
        if let Some(lost) = self.backlog.add(SystemTime::now(), data) {
            let age = lost.at.elapsed().unwrap_or_default();
            tracing::warn!(
                age_s = age.as_secs(),
                "measurements were dropped: they could not be sent for too long"
            );
        }
        while let Some(drain) = self.backlog.oldest() {
            if let Err(error) = (self.send)(drain.at, &drain.data).await {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "measurements could not be sent; they are kept for the next minute"
                );
                return;
            }
            self.backlog.sent();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Instant;

    use mesh_core::{Metrics, Outcome};

    use super::*;

    /// Twenty-five seconds of work, `rounds` times, each ending in one request; and what was sent meanwhile: requests per
    /// sending, or None for one that was refused.
    async fn sent(rounds: u32, refused: impl Fn(usize) -> bool) -> Vec<Option<u64>> {
        let metrics = Metrics::recording(Instant::now());
        let calls = RefCell::new(Vec::new());
        let work = async {
            for _ in 0..rounds {
                time::sleep(Duration::from_secs(25)).await;
                metrics.request(Instant::now(), Outcome::Success, Duration::ZERO);
            }
        };
        let send = async |_, data: &[Datum]| {
            let mut calls = calls.borrow_mut();
            let is_refused = refused(calls.len());
            calls.push((!is_refused).then(|| requests(data)));
            anyhow::ensure!(!is_refused, "refused");
            Ok(())
        };
        sending(work, || metrics.drain(None), send).await;
        calls.into_inner()
    }

    fn requests(data: &[Datum]) -> u64 {
        let counts = data
            .iter()
            .find(|datum| datum.metric.name == "RequestCount");
        counts.map_or(0, |datum| {
            datum.samples.iter().map(|sample| sample.count).sum()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn each_minute_is_sent_and_the_last_when_the_work_is_done() {
        assert_eq!(sent(7, |_| false).await, [Some(2), Some(2), Some(3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_refused_is_sent_with_the_next_minute() {
        let is_refused = |call| call == 0;
        assert_eq!(sent(7, is_refused).await, [None, Some(2), Some(2), Some(3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_for_long_is_dropped_from_the_oldest_on() {
        // Nineteen minutes refused, one call each; at the end all that is kept goes out.
        let sendings = sent(47, |call| call < 19).await;
        assert_eq!(
            sendings.iter().filter(|sending| sending.is_none()).count(),
            19
        );
        assert_eq!(sendings.iter().flatten().count(), 15);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sending_that_hangs_ends_neither_the_work_nor_the_process() {
        let metrics = Metrics::recording(Instant::now());
        metrics.deadline_exceeded();
        let began = time::Instant::now();
        let work = time::sleep(Duration::from_secs(90));
        let hanging = async |_, _: &[Datum]| {
            std::future::pending::<()>().await;
            Ok(())
        };
        sending(work, || metrics.drain(None), hanging).await;
        assert_eq!(began.elapsed(), Duration::from_secs(95));
    }
}
