//! What is done when the answer has been sent: this environment still runs, and nobody waits any more.

use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime};

use lambda_http::lambda_runtime::{LambdaInvocation, Runtime};
use lambda_http::{Error, service_fn};
use mesh_app::config::MeasuresBy;
use mesh_app::{App, emf, otlp};
use mesh_aws::Collector;
use mesh_core::Deadline;
use tower::layer::layer_fn;
use tower::{Service, ServiceExt as _};

use crate::deadline;

/// It is billed, and keeps this environment from its next request: a healthy store or collector takes milliseconds.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The same runtime, with what is done [`after`] each invocation's answer.
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
        service_fn(move |invocation: LambdaInvocation| {
            let (service, app, collector) = (service.clone(), app.clone(), collector.clone());
            async move {
                let ends = invocation.context.deadline;
                app.services.metrics.invocation();
                let sent = service.oneshot(invocation).await;
                Box::pin(after(&app, collector.as_ref(), time_left(ends))).await;
                sent
            }
        })
    }))
}

/// Lambda ends an environment that is still at work when the invocation's time is over.
fn time_left(ends: u64) -> Deadline {
    let now = Instant::now();
    let most = Deadline::after(now, TIMEOUT);
    match deadline::of(ends, SystemTime::now(), now) {
        Some(ends) => most.at_most(now, ends.answer.saturating_duration_since(now)),
        None => most,
    }
}

async fn after(app: &App, collector: Option<&Collector>, deadline: Deadline) {
    let records = app.journal.take();
    for record in &records {
        record.write();
    }
    app.take_up_upstreams();
    app.keep_audit(deadline).await;
    measure(app);
    let secrets = &app.services.secrets;
    if secrets.is_due() {
        // What went wrong is logged where it did; the next request tries again.
        let _ = secrets.read(deadline).await;
        measure(app);
    }
    if app.access.is_due() {
        // As with secrets.
        app.access.renew(deadline).await;
    }
    if let Some(collector) = collector
        && let Some(spans) = otlp::export(&records, &app.config.answers.environment)
        && let Err(error) = collector.send(spans, deadline).await
    {
        tracing::warn!(%error, "spans are lost");
    }
}

fn measure(app: &App) {
    let measures = &app.config.measures;
    if measures.by == MeasuresBy::Off {
        return;
    }
    let now = SystemTime::now();
    let lines = emf::lines(&app.measured(now), &app.labels(), now);
    // Standard output is the platform's; nobody could be told that it is gone.
    let _ = std::io::stdout().lock().write_all(lines.as_bytes());
}
