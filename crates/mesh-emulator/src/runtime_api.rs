//! The Runtime API of Lambda, version 2018-06-01: the four calls through which a bootstrap lives.

mod call;
mod streaming;

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};

use crate::exchange::Exchange;

/// A Runtime API on a loopback port of its own, for one execution environment.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    accepting: JoinHandle<()>,
}

impl RuntimeApi {
    /// Binds 127.0.0.1 on a free port and serves there on the current Tokio runtime, until dropped.
    pub(crate) fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let exchange = Arc::new(Exchange::new());
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let accepting = tokio::spawn(accept(listener, Arc::clone(&exchange)));
        Ok(Self {
            address,
            exchange,
            accepting,
        })
    }

    /// What belongs into `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn exchange(&self) -> &Arc<Exchange> {
        &self.exchange
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: tokio::net::TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(stream, Arc::clone(&exchange)));
    }
}

async fn serve(stream: TcpStream, exchange: Arc<Exchange>) {
    // Without it, the kernel holds small packets back for up to 40 ms: our own delay in the function's time.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    exchange.connections.send_modify(|open| *open += 1);
    let calls = service_fn(|request| {
        let exchange = Arc::clone(&exchange);
        async move { Ok::<_, Infallible>(call::answer(&exchange, request).await) }
    });
    // A connection that breaks off is the function's affair: its exit or the deadline tells of it.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), calls)
        .await;
    exchange.connections.send_modify(|open| *open -= 1);
}
