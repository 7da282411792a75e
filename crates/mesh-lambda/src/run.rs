use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use lambda_http::Error;
use mesh_app::config::{Config, InvokeMode, Variables};
use mesh_app::{App, log, otlp};
use mesh_aws::Collector;
use mesh_core::Host;
use mesh_tools::Catalog;
use tower::ServiceExt as _;

use crate::{after, broken, corpus, provide, runtime};

/// Serves `catalog` for as long as Lambda lets this execution environment live; `started` is when the process did.
///
/// A fault in the settings does not end it: Lambda would try again and again, and tell callers nothing. Each request is told
/// that the server is misconfigured instead, and the log says how.
///
/// # Errors
/// When the Runtime API cannot be used.
pub async fn run(variables: Variables, catalog: Catalog, started: Instant) -> Result<(), Error> {
    let variables = corpus::beside(variables);
    let config = match Config::read_on(Host::Lambda, &variables) {
        Ok(config) => config,
        Err(faults) => {
            log::start(&mesh_app::config::Log::default());
            return broken::run(wanted(&variables), faults.iter()).await;
        }
    };
    log::start(&config.log);
    let mode = config.lambda.invoke_mode;
    let (app, collector) = match build(config, &variables, catalog).await {
        Ok(built) => built,
        Err(fault) => return broken::run(mode, [format!("{fault:#}")]).await,
    };
    let router = mesh_app::router(app.clone());
    app.services.metrics.cold_start(started.elapsed());
    let runtime = runtime::answering(mode, move |request| respond(router.clone(), request));
    after::each(runtime, app, collector).run_concurrent().await
}

/// The mode that the settings name, where they are wrong elsewhere: the URL has one of its own, and takes no other.
fn wanted(variables: &Variables) -> InvokeMode {
    match variables.foreign("MESH_INVOKE_MODE").as_deref() {
        Some("streaming") => InvokeMode::Streaming,
        _ => InvokeMode::Buffered,
    }
}

async fn build(
    config: Config,
    variables: &Variables,
    catalog: Catalog,
) -> anyhow::Result<(App, Option<Collector>)> {
    let provisions = provide::all(&config, variables).await?;
    let collector = config.measures.otlp.as_ref().map(|base| {
        let url = format!("{base}{}", otlp::PATH);
        Collector::new(&|name| variables.foreign(name), url)
    });
    Ok((
        App::with(config, catalog, provisions)?,
        collector.transpose()?,
    ))
}

async fn respond(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
