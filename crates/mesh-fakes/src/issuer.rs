//! The part of an authorization server that a resource server meets: its metadata (RFC 8414) and its keys (RFC 7517). It signs
//! whatever it is given, so that tests can forge.

mod signer;

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, Uri, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use signer::{Signer, unsigned, with_secret};

pub const METADATA: &str = "/.well-known/oauth-authorization-server";
pub const KEYS: &str = "/keys";

/// A server that lives as long as the runtime it was started on. Clones are the same server.
#[derive(Clone, Debug)]
pub struct FakeIssuer {
    origin: String,
    shared: Arc<Mutex<State>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Answers,
    Fails,
    Hangs,
}

#[derive(Debug)]
struct State {
    documents: HashMap<String, String>,
    cache_control: &'static str,
    manner: Manner,
    asked: Vec<String>,
}

impl FakeIssuer {
    /// Listens on a free port of this machine, with metadata and no key.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let issuer = Self {
            origin: format!("http://{address}"),
            shared: Arc::new(Mutex::new(State {
                documents: HashMap::new(),
                cache_control: "max-age=600",
                manner: Manner::Answers,
                asked: Vec::new(),
            })),
        };
        let keys = format!("{}{KEYS}", issuer.origin);
        issuer.publish(
            METADATA,
            &json!({"issuer": issuer.origin, "jwks_uri": keys}),
        );
        issuer.rotate(&[]);
        let answering = issuer.clone();
        let router = Router::new().fallback(move |uri: Uri| answering.clone().answer(uri));
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    /// What `iss` has, and where the documents are.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Has these keys from now on, and no other.
    pub fn rotate(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
        self.publish(KEYS, &json!({ "keys": keys }));
    }

    /// Answers this at a path from now on.
    pub fn publish(&self, path: &str, document: &Value) {
        let mut state = self.lock();
        state
            .documents
            .insert(path.to_owned(), document.to_string());
    }

    pub fn withdraw(&self, path: &str) {
        self.lock().documents.remove(path);
    }

    pub fn cache_control(&self, value: &'static str) {
        self.lock().cache_control = value;
    }

    pub fn behave(&self, manner: Manner) {
        self.lock().manner = manner;
    }

    /// The paths that were asked for since this was last called.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().asked)
    }

    async fn answer(self, uri: Uri) -> Response {
        let (manner, document, cache_control) = {
            let mut state = self.lock();
            state.asked.push(uri.path().to_owned());
            let document = state.documents.get(uri.path()).cloned();
            (state.manner, document, state.cache_control)
        };
        match (manner, document) {
            (Manner::Hangs, _) => pending().await,
            (Manner::Fails, _) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            (Manner::Answers, None) => StatusCode::NOT_FOUND.into_response(),
            (Manner::Answers, Some(document)) => {
                ([(header::CACHE_CONTROL, cache_control)], document).into_response()
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
