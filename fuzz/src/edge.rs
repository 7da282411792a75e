use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use mesh_app::config::{Config, Variables};
use mesh_app::{App, router};
use mesh_tools::registry::CATALOG;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// The server's routes, without a listener.
#[derive(Debug)]
pub struct Edge {
    runtime: Runtime,
    router: Router,
}

/// What came back, after what holds of every answer has been asserted.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Absent where nothing but the receipt was said.
    pub body: Option<Value>,
}

impl Edge {
    /// # Panics
    /// Where there is no server to try.
    #[must_use]
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let config = Config::read(&Variables::default()).expect("the defaults");
        let app = App::build(config, CATALOG).expect("an app");
        let router = runtime.block_on(async { router(app) });
        Self { runtime, router }
    }

    /// # Panics
    /// Where the answer is a fault of the server's, or is neither JSON nor empty.
    #[must_use]
    pub fn post(&self, body: &[u8]) -> Answer {
        let request = Request::post("/rpc")
            .header("host", "localhost")
            .body(Body::from(body.to_vec()))
            .expect("a request");
        let (status, bytes) = self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            let status = response.status().as_u16();
            (
                status,
                response
                    .into_body()
                    .collect()
                    .await
                    .expect("a whole body")
                    .to_bytes(),
            )
        });
        assert!(status < 500, "{status}");
        let body = (status != 202).then(|| serde_json::from_slice(&bytes).expect("JSON"));
        assert!(body.is_some() || bytes.is_empty());
        Answer { status, body }
    }
}

impl Default for Edge {
    fn default() -> Self {
        Self::new()
    }
}
