use tokio::sync::broadcast;

/// What is no longer as a client may remember it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Tools,
    Prompts,
    /// The list of resources, and what each of them holds.
    Resources,
}

/// Where changes are told, and where to hear of them.
#[derive(Clone, Debug)]
pub struct Changes(broadcast::Sender<Change>);

impl Changes {
    #[must_use]
    pub fn new() -> Self {
        // Listeners that fall this far behind are told of everything at once.
        Self(broadcast::Sender::new(16))
    }

    pub fn announce(&self, change: Change) {
        // Nobody listening is no fault.
        let _ = self.0.send(change);
    }

    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Change>);

impl Listener {
    /// The next changes: one, or all kinds where some were missed. `None` when no more can come.
    pub async fn next(&mut self) -> Option<Vec<Change>> {
        match self.0.recv().await {
            Ok(change) => Some(vec![change]),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                Some(vec![Change::Tools, Change::Prompts, Change::Resources])
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_that_fell_behind_hears_of_everything() {
        let changes = Changes::new();
        let mut listener = changes.listen();
        for _ in 0..20 {
            changes.announce(Change::Tools);
        }
        let heard = listener.next().await.expect("open");
        assert_eq!(heard, [Change::Tools, Change::Prompts, Change::Resources]);
    }
}
