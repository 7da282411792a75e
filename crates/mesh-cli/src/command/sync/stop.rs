use std::cell::Cell;

/// What the work and whoever waits for a signal tell each other.
#[derive(Debug, Default)]
pub(super) struct Stop {
    is_asked: Cell<bool>,
    is_held: Cell<bool>,
}

impl Stop {
    pub(super) fn ask(&self) {
        self.is_asked.set(true);
    }

    /// Whether to begin nothing more.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.get()
    }

    /// From now on until [`Self::release`] the work is not to be left in its middle.
    pub(super) fn hold(&self) {
        self.is_held.set(true);
    }

    pub(super) fn release(&self) {
        self.is_held.set(false);
    }

    pub(super) fn is_held(&self) -> bool {
        self.is_held.get()
    }
}
