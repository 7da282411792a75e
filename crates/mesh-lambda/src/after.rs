//! What is done when the answer has been sent: this environment still runs, and nobody waits any more.

use std::future::Future;
use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime};

use lambda_http::Error;
use lambda_http::lambda_runtime::{LambdaInvocation, Runtime};
use mesh_app::config::MeasuresBy;
use mesh_app::{App, emf, otlp};
use mesh_aws::Collector;
use mesh_core::Deadline;
use tower::layer::layer_fn;
use tower::{Service, ServiceExt as _};

/// Reading secrets anew is billed, and keeps this environment from its next request: a healthy store takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// The same runtime, with [`sent`] after each invocation's answer.
pub(crate) fn each<S>(
    runtime: Runtime<S>,
    app: App,
    collector: Option<Collector>,
) -> Runtime<
    impl Service<LambdaInvocation, Response = (), Error = Error, Future: Send> + Clone + Send + 'static,
>
where
    S: Service<LambdaInvocation, Response = (), Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    runtime.layer(layer_fn(move |service: S| {
        let (app, collector) = (app.clone(), collector.clone());
        service.map_future(move |answering| sent(app.clone(), collector.clone(), answering))
    }))
}

async fn sent(
    app: App,
    collector: Option<Collector>,
    answering: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    app.services.metrics.invocation();
    let sent = answering.await;
    let records = app.journal.take();
    for record in &records {
        record.write();
    }
    let secrets = &app.services.secrets;
    if secrets.is_due() {
        // What went wrong is logged where it did; the next request tries again.
        let _ = secrets
            .read(Deadline::after(Instant::now(), PATIENCE))
            .await;
    }
    measure(&app);
    if let Some(collector) = &collector
        && let Some(spans) = otlp::export(&records, app.config.environment.as_str())
        && let Err(error) = collector.send(spans).await
    {
        tracing::warn!(%error, "spans are lost");
    }
    sent
}

fn measure(app: &App) {
    let measures = &app.config.measures;
    if measures.by == MeasuresBy::Off {
        return;
    }
    let lines = emf::lines(
        &app.services.metrics.drain(),
        &measures.namespace,
        app.config.environment.as_str(),
        SystemTime::now(),
    );
    // Standard output is the platform's; nobody could be told that it is gone.
    let _ = std::io::stdout().lock().write_all(lines.as_bytes());
}
