use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// In place of an answer: the connection is reset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reset;

impl IntoResponse for Reset {
    fn into_response(self) -> Response {
        let mut answer = Response::default();
        answer.extensions_mut().insert(self);
        answer
    }
}

pub(crate) async fn start(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(converse(connection, router.clone()));
        }
    });
    address
}

/// axum's own server always answers; here a connection may end without.
async fn converse(connection: TcpStream, router: Router) {
    // Where the server ends it, it is reset.
    connection.set_zero_linger().expect("a socket");
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = router.clone().oneshot(request.map(Body::new));
        async move {
            let Ok(answer) = answer.await;
            match answer.extensions().get::<Reset>() {
                Some(Reset) => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
                None => Ok(answer),
            }
        }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    // A client that left, or a connection that was to be reset.
    served.await.ok();
}
