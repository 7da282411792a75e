//! Spans to their collector, from a host that is not Lambda: every few seconds, and once more at the end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use mesh_app::{App, otlp};
use mesh_aws::Collector;
use mesh_core::Deadline;

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
    let Some(collector) = collector else {
        return work.await;
    };
    let done = {
        let work = pin!(work);
        let sending = pin!(every_few_seconds(&app, &collector));
        tokio::select! {
            done = work => done,
            never = sending => match never {},
        }
    };
    send(&app, &collector).await;
    done
}

async fn every_few_seconds(app: &App, collector: &Collector) -> Infallible {
    loop {
        tokio::time::sleep(EVERY).await;
        send(app, collector).await;
    }
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
