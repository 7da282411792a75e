//! The two ways a process of our own serves: HTTP on a listener, and MCP over standard input and output.

mod connections;
mod half_close;
mod lines;
mod unread;

use std::future::Future;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::middleware::{AddExtension, from_fn};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mesh_gateway::Gateway;
use rmcp::ServiceExt as _;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower::Layer as _;

pub(crate) use self::connections::Place;

use self::connections::Connections;
use self::half_close::HalfClose;
use crate::app::App;
use crate::mcp::Handler;

/// Headers that trickle in for longer are an attack or a dead peer.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Requests in flight get this long to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// A client that takes nothing for this long reads no more.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// After a connection that could not be accepted, for want of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

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
    if let (Some(gateway), Ok(address)) = (&app.gateway, listener.local_addr()) {
        gateway.listens_at(address);
    }
    let router = crate::http::router(app.clone()).layer(from_fn(unread::read_rest));
    let watcher = tokio::spawn({
        let app = app.clone();
        async move { tokio::join!(app.watch(), app.tend()) }
    });
    let graceful = GracefulShutdown::new();
    let connections = Connections::within_limits();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut shutdown => break,
        };
        if let Some(stream) = accepted {
            let place = connections.admit();
            let connection = graceful.watch(connection(&router, stream, &place));
            let app = app.clone();
            tokio::spawn(async move {
                tokio::select! {
                    // A peer that breaks off is its own affair.
                    _ = connection => {}
                    () = place.closing() => {}
                    // A call that goes on longer would have no line in the audit.
                    () = app.stopped.cancelled() => {}
                }
            });
        }
    }
    drop(listener);
    app.stopping.cancel();
    let grace = match app.gateway {
        Some(_) => GRACE - mesh_gateway::MAX_ENDING,
        None => GRACE,
    };
    if tokio::time::timeout(grace, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still running when the time to finish was over");
    }
    app.stopped.cancel();
    watcher.abort();
    app.end_upstreams().await;
    app.end_audit().await;
    Ok(())
}

/// The next connection; at the limit of file descriptors, after a stranger was made to leave.
async fn accept(
    listener: &tokio::net::TcpListener,
    connections: &Connections,
) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => {
            // Without it a short event waits some 40 ms for the acknowledgement of the one before.
            let _ = stream.set_nodelay(true);
            Some(stream)
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            connections.close_oldest_stranger();
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

type Io = TokioIo<Pin<Box<TimeoutStream<HalfClose>>>>;
type Service = TowerToHyperService<AddExtension<Router, Arc<Place>>>;

fn connection(
    router: &Router,
    stream: TcpStream,
    place: &Arc<Place>,
) -> http1::Connection<Io, Service> {
    let mut stream = TimeoutStream::new(HalfClose::new(stream));
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let service = Extension(Arc::clone(place)).layer(router.clone());
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(service),
        )
}

/// Serves one client until its end of the input, or until `shutdown`.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn stdio(app: App, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
    if let Some(comeback) = app.gateway.as_ref().and_then(Gateway::is_one_too_many) {
        tracing::error!(why = %comeback, "this server was started by one like it, and serves nothing");
        tokio::select! {
            () = lines::refuse(&comeback, app.config.server.max_body_bytes) => {}
            () = shutdown => {}
        }
        return Ok(());
    }
    let handler = Handler::of_parent(app.clone());
    let watcher = tokio::spawn({
        let app = app.clone();
        async move { tokio::join!(app.watch(), app.tend()) }
    });
    let serving = async {
        let (transport, writing) = lines::open(app.clone());
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
    app.end_upstreams().await;
    app.end_audit().await;
    result
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::AsyncWriteExt as _;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_left_when_the_time_to_write_is_over() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(address).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        client.write_all(request).await.expect("is sent");
        // More than the system keeps for a reader.
        let router = Router::new().route("/", get(|| async { vec![0_u8; 64 << 20] }));
        let place = Connections::within_limits().admit();
        let started = Instant::now();
        let ended = connection(&router, stream, &place).await;
        assert!(ended.is_err(), "the answer was taken");
        assert_eq!(started.elapsed().as_secs(), WRITE_TIMEOUT.as_secs());
    }
}
