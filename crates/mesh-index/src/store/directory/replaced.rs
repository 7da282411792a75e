use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// `meta.json`, as far as it is not the file of that name. An index writes it when it is made and at each commit: where one
/// takes the place of another, the first of these must not be seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    OnDisk,
    /// The index is not made yet.
    Awaited,
    Held(Vec<u8>),
}

impl Meta {
    pub(super) fn replacing() -> Self {
        Self(Arc::new(Mutex::new(State::Awaited)))
    }

    pub(super) fn held(&self) -> Option<Vec<u8>> {
        match &*self.state() {
            State::Held(bytes) => Some(bytes.clone()),
            State::OnDisk | State::Awaited => None,
        }
    }

    /// Takes what makes the index; all that is written later goes to the disk.
    pub(super) fn holds(&self, data: &[u8]) -> bool {
        let mut state = self.state();
        let is_awaited = matches!(*state, State::Awaited);
        *state = if is_awaited {
            State::Held(data.to_owned())
        } else {
            State::OnDisk
        };
        is_awaited
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
