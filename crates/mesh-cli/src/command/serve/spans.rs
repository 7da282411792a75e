//! Spans to their collector, from a host that is not Lambda: every few seconds, and once more at the end.

use std::future::Future;
use std::time::{Duration, Instant};

use mesh_app::{App, otlp};
use mesh_aws::Collector;
use mesh_core::Deadline;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Soon enough for who looks at a trace, and a batch worth sending.
const EVERY: Duration = Duration::from_secs(5);
/// What the last export may hold up the end of the process.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Does `work` to its end, and sends the spans of what it answers meanwhile, where there is a collector.
pub(super) async fn alongside<T>(
    work: impl Future<Output = T>,
    app: App,
    collector: Option<Collector>,
) -> T {
    match collector {
        Some(collector) => repeating(work, async || send(&app, &collector).await).await,
        None => work.await,
    }
}

/// What `send` has begun it ends: it has taken the spans already.
async fn repeating<T>(work: impl Future<Output = T>, send: impl AsyncFn()) -> T {
    let is_done = Notify::new();
    let working = async {
        let done = work.await;
        is_done.notify_one();
        done
    };
    let sending = async {
        while timeout(EVERY, is_done.notified()).await.is_err() {
            send().await;
        }
        send().await;
    };
    tokio::join!(working, sending).0
}

async fn send(app: &App, collector: &Collector) {
    let records = app.journal.take();
    if let Some(spans) = otlp::export(&records, &app.config.answers.environment)
        && let Err(error) = collector
            .send(spans, Deadline::after(Instant::now(), TIMEOUT))
            .await
    {
        tracing::warn!(%error, "spans are lost");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_being_sent_at_the_end_is_sent_and_then_the_rest() {
        let (begun, ended) = (Cell::new(0), Cell::new(0));
        let send = async || {
            begun.set(begun.get() + 1);
            sleep(Duration::from_secs(1)).await;
            ended.set(ended.get() + 1);
        };
        let work = async {
            sleep(EVERY + Duration::from_millis(500)).await;
            (begun.get(), ended.get())
        };
        assert_eq!(repeating(work, send).await, (1, 0));
        assert_eq!((begun.get(), ended.get()), (2, 2));
    }
}
