//! OpenAI: models, embeddings, responses, vector stores and files.
//!
//! Its vectors are bags of words, and its model quotes the first passage it is given: both are the same each time.

mod behaviour;
mod embeddings;
mod error;
mod files;
mod gate;
mod models;
mod responses;
mod state;
mod store_files;
mod stores;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, delete, get, post};
use serde_json::Value;

pub use behaviour::{Behaviour, Operation};
pub use embeddings::embed;
pub use gate::Recorded;
use state::{Model, State};

use crate::serve;

/// The key that is accepted until another is.
pub const KEY: &str = "sk-fake-0123456789";

/// Models there are from the start.
pub const MODEL: &str = "gpt-6-luna";
pub const EMBEDDING_MODEL: &str = "text-embedding-3-small";

/// A server that lives as long as the runtime it was started on. Clones are the same server.
#[derive(Clone, Debug)]
pub struct FakeOpenAi {
    address: SocketAddr,
    shared: Shared,
}

/// A file in a store.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldFile {
    pub filename: String,
    pub attributes: Value,
}

#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<State>>);

impl FakeOpenAi {
    /// Listens on a free port of this machine.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let shared = Shared(Arc::new(Mutex::new(State::new())));
        let address = serve::start(routes(&shared)).await;
        Self { address, shared }
    }

    /// What a client takes for its base address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Accepts this key from now on, and no other.
    pub fn accept_key(&self, key: &str) {
        key.clone_into(&mut self.shared.lock().key);
    }

    pub fn add_model(&self, id: &str, shutdown_date: Option<&str>) {
        self.shared
            .lock()
            .models
            .push(Model::new(id, shutdown_date));
    }

    /// An empty vector store.
    pub fn add_store(&self, id: &str) {
        self.shared.lock().add_store(id);
    }

    /// A file in a store, at once ready to be searched; its id.
    ///
    /// # Panics
    /// Where there is no such store.
    pub fn add_file(&self, store: &str, filename: &str, text: &str, attributes: Value) -> String {
        let mut state = self.shared.lock();
        let file = state.add_file(filename, text);
        let store = state.stores.get_mut(store).expect("the store is there");
        store.attach(&file, attributes);
        file
    }

    /// Files whose names begin so cannot be read by stores, where they come from now on.
    pub fn spoil(&self, beginning: &str) {
        let mut state = self.shared.lock();
        state.unreadable.insert(beginning.to_owned());
    }

    /// They can be again.
    pub fn mend(&self, beginning: &str) {
        self.shared.lock().unreadable.remove(beginning);
    }

    /// Stores are still reading files whose names begin so.
    pub fn hold_up(&self, beginning: &str) {
        let mut state = self.shared.lock();
        state.unread.insert(beginning.to_owned());
    }

    /// They have read them.
    pub fn let_through(&self, beginning: &str) {
        self.shared.lock().unread.remove(beginning);
    }

    /// A file that no store has; its id.
    pub fn upload(&self, filename: &str, text: &str) -> String {
        self.shared.lock().add_file(filename, text)
    }

    /// The names of all files, whether or not a store has them.
    #[must_use]
    pub fn uploaded(&self) -> Vec<String> {
        let state = self.shared.lock();
        let mut names: Vec<_> = state
            .files
            .values()
            .map(|file| file.filename.clone())
            .collect();
        names.sort_unstable();
        names
    }

    /// All files are older by this.
    pub fn let_files_age(&self, by: Duration) {
        for file in self.shared.lock().files.values_mut() {
            file.created_at -= by.as_secs();
        }
    }

    /// What a store holds, in the order in which it came.
    ///
    /// # Panics
    /// Where there is no such store.
    #[must_use]
    pub fn files(&self, store: &str) -> Vec<HeldFile> {
        let state = self.shared.lock();
        let held = state.stores[store].files.iter().map(|attached| HeldFile {
            filename: state.files[&attached.file].filename.clone(),
            attributes: attached.attributes.clone(),
        });
        held.collect()
    }

    /// What the operation does when it is asked the next time; behaviours of several calls follow each other.
    pub fn next(&self, operation: Operation, behaviour: Behaviour) {
        let mut state = self.shared.lock();
        state
            .next
            .entry(operation)
            .or_default()
            .push_back(behaviour);
    }

    /// From now on the operation takes so long, whatever else becomes of it.
    pub fn delay(&self, operation: Operation, latency: Duration) {
        self.shared.lock().latencies.insert(operation, latency);
    }

    /// All that has been asked, the refused included.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.clone()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn routes(shared: &Shared) -> Router {
    let on = |operation: Operation, route: MethodRouter<Shared>| {
        let gate = axum::middleware::from_fn_with_state((shared.clone(), operation), gate::pass);
        route.layer(gate)
    };
    Router::new()
        .route(
            "/v1/models/{id}",
            on(Operation::Model, get(models::retrieve)),
        )
        .route(
            "/v1/embeddings",
            on(Operation::Embed, post(embeddings::create)),
        )
        .route(
            "/v1/responses",
            on(Operation::Respond, post(responses::create)),
        )
        .route(
            "/v1/vector_stores/{id}",
            on(Operation::Store, get(stores::retrieve)),
        )
        .route(
            "/v1/vector_stores/{id}/search",
            on(Operation::Search, post(stores::search)),
        )
        .route(
            "/v1/vector_stores/{id}/files",
            on(Operation::StoreFiles, get(store_files::list)),
        )
        .route(
            "/v1/vector_stores/{id}/file_batches",
            on(Operation::AttachFiles, post(store_files::attach)),
        )
        .route(
            "/v1/vector_stores/{id}/file_batches/{batch}",
            on(Operation::FileBatch, get(store_files::batch)),
        )
        .route(
            "/v1/files",
            on(Operation::Upload, post(files::create))
                .merge(on(Operation::Files, get(files::list))),
        )
        .route(
            "/v1/files/{id}",
            on(Operation::DeleteFile, delete(files::delete)),
        )
        .fallback(error::unknown_url)
        .layer(DefaultBodyLimit::disable())
        .with_state(shared.clone())
}
