//! The two ways a process of our own serves: HTTP on a listener, and MCP over standard input and output.

mod half_close;
mod lines;

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rmcp::ServiceExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use self::half_close::HalfClose;
use crate::app::App;
use crate::mcp::{Handler, Mode};

/// Headers that trickle in for longer are an attack or a dead peer.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// Requests in flight get this long to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// More than clients of one process need, fewer than its file descriptors.
const MOST_CONNECTIONS: usize = 800;

/// Serves until `shutdown`, then lets what is in flight finish.
///
/// # Errors
/// When the listener cannot be used.
pub async fn http(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    listener
        .set_nonblocking(true)
        .context("cannot use the listener")?;
    let listener =
        tokio::net::TcpListener::from_std(listener).context("cannot use the listener")?;
    let router = crate::http::router(app.clone());
    let watcher = tokio::spawn({
        let app = app.clone();
        async move { app.watch().await }
    });
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut shutdown => break,
        };
        if let Some((stream, permit)) = accepted {
            let connection = graceful.watch(connection(&router, stream));
            tokio::spawn(async move {
                // A peer that breaks off is its own affair.
                let _ = connection.await;
                drop(permit);
            });
        }
    }
    drop(listener);
    app.stopping.cancel();
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still running when the time to finish was over");
    }
    app.stopped.cancel();
    watcher.abort();
    Ok(())
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &tokio::net::TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Without it a short event waits some 40 ms for the acknowledgement of the one before.
            let _ = stream.set_nodelay(true);
            Some((stream, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            // Out of file descriptors is not over at once.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

type Connection = http1::Connection<TokioIo<HalfClose>, TowerToHyperService<Router>>;

fn connection(router: &Router, stream: TcpStream) -> Connection {
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .serve_connection(
            TokioIo::new(HalfClose::new(stream)),
            TowerToHyperService::new(router.clone()),
        )
}

/// Serves one client until its end of the input, or until `shutdown`.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn stdio(app: App, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
    let handler = Handler::new(app.clone(), Mode::Session);
    let watcher = tokio::spawn({
        let app = app.clone();
        async move { app.watch().await }
    });
    let serving = async {
        let (transport, writing) = lines::open();
        let service = handler
            .serve_with_ct(transport, app.stopping.child_token())
            .await
            // The SDK's error quotes what the client sent.
            .map_err(|_| anyhow::anyhow!("the client did not open an MCP session"))?;
        service.waiting().await.context("the session broke")?;
        writing.await.context("an answer could not be written")
    };
    let result = tokio::select! {
        result = serving => result,
        () = shutdown => Ok(()),
    };
    app.stopping.cancel();
    watcher.abort();
    result
}
