//! ElevenLabs: speech, sounds, transcripts, voices, models, the subscription, agents and music.
//!
//! The same request has the same bytes each time, as long as the real one's sound would be; credits are spent, voices stay,
//! and fields that it does not know are ignored.

mod agents;
mod audio;
mod behaviour;
mod body;
mod control;
mod conversations;
mod credits;
mod design;
mod detailed;
mod error;
mod fault;
mod form;
mod gate;
mod isolation;
mod knowledge;
mod library;
mod models;
mod music;
mod phone_numbers;
mod recorded;
mod routes;
mod simulation;
mod sounds;
mod speech;
mod state;
mod subscription;
mod transcripts;
mod voice_changer;
mod voices;
pub mod workspace;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use audio::audio;
pub use behaviour::{Behaviour, Operation};
pub use form::Part;
pub use recorded::Recorded;
use state::State;

use crate::serve;

/// The key that is accepted until another is.
pub const KEY: &str = "sk_fake_0123456789";

/// Voices there are from the start: one that is trained, and one that is not.
pub const TRAINED_VOICE: &str = "pNInz6obpgDQGcFmaJgB";
pub const PREMADE_VOICE: &str = "cgSgspJ2msm6clMCkdW9";

/// A server that lives as long as the runtime it was started on. Clones are the same server.
#[derive(Clone, Debug)]
pub struct FakeElevenLabs {
    address: SocketAddr,
    shared: Shared,
}

#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<State>>);

impl FakeElevenLabs {
    /// Listens on a free port of this machine.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let shared = Shared(Arc::new(Mutex::new(State::new())));
        let address = serve::start(routes::all(&shared)).await;
        Self { address, shared }
    }

    /// What a client takes for its base address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Accepts this key from now on, and no other.
    pub fn accept_key(&self, key: &str) {
        key.clone_into(&mut self.shared.lock().key);
    }

    /// What the operation does when it is asked the next time; behaviours of several calls follow each other.
    pub fn next(&self, operation: Operation, behaviour: Behaviour) {
        self.shared.lock().plan(operation, behaviour);
    }

    /// All that has been asked, the refused included.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.clone()
    }

    /// A premade voice; its id.
    pub fn add_voice(&self, name: &str) -> String {
        self.shared.lock().add_voice(name, "premade", "")
    }

    /// The names of all voices of the account, in the order in which they came.
    #[must_use]
    pub fn voices(&self) -> Vec<String> {
        let state = self.shared.lock();
        state
            .voices
            .iter()
            .map(|voice| voice.name.clone())
            .collect()
    }

    /// So many voices are shared with everybody.
    pub fn share_voices(&self, count: usize) {
        self.shared.lock().shared_voices = count;
    }

    /// So many credits are left of this period's.
    pub fn leave_credits(&self, credits: u64) {
        let mut state = self.shared.lock();
        state.credits_used = state.credit_limit.saturating_sub(credits);
    }

    /// So many more may be spent, and paid for later; any number, where nothing is said.
    pub fn extend_credits(&self, credits: Option<u64>) {
        self.shared.lock().credit_extension = credits;
    }

    /// A conversation with an agent that has ended, of roles and messages; its id.
    pub fn add_conversation(&self, agent: &str, turns: &[(&str, &str)]) -> String {
        self.shared.lock().add_conversation(agent, turns)
    }

    /// A number that this agent answers, or nobody; its id.
    pub fn add_phone_number(&self, number: &str, agent: Option<&str>) -> String {
        self.shared.lock().add_phone_number(number, agent)
    }

    /// The names of all documents that agents can be given, in the order in which they came.
    #[must_use]
    pub fn documents(&self) -> Vec<String> {
        let state = self.shared.lock();
        state
            .documents
            .iter()
            .map(|document| document.name.clone())
            .collect()
    }

    #[must_use]
    pub fn credits_used(&self) -> u64 {
        self.shared.lock().credits_used
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
