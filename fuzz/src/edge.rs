use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request};
use http_body_util::BodyExt as _;
use mesh_app::config::{Config, Variables};
use mesh_app::{App, router};
use mesh_fakes::issuer::FakeIssuer;
use mesh_tools::registry::CATALOG;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::door::runtime;

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
        Self::with(runtime(), &[])
    }

    /// Lets nobody in but who has a token of an issuer that makes none.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[must_use]
    pub fn guarded() -> Self {
        let runtime = runtime();
        let issuer = runtime.block_on(FakeIssuer::start());
        let settings = [
            ("MESH_JWT_ISSUER", issuer.origin()),
            ("MESH_RESOURCE", "https://mesh.example.com"),
        ];
        Self::with(runtime, &settings)
    }

    fn with(runtime: Runtime, settings: &[(&str, &str)]) -> Self {
        let settings = Variables::new(settings.iter().copied());
        let config = Config::read(&settings).expect("sound settings");
        let app = App::build(config, CATALOG).expect("an app");
        let router = runtime.block_on(async { router(app) });
        Self { runtime, router }
    }

    /// The body of the refusal that these headers meet; those that no server would be given are left out.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn authorized(&self, authorizations: &[&[u8]]) -> Vec<u8> {
        let mut request = Request::get("/tools").header("host", "localhost");
        for value in authorizations {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                request = request.header("authorization", value);
            }
        }
        let request = request.body(Body::empty()).expect("a request");
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await;
            let answer = answer.expect("infallible");
            assert_eq!(answer.status(), 401);
            let body = answer.into_body().collect().await.expect("a whole body");
            body.to_bytes().to_vec()
        })
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
