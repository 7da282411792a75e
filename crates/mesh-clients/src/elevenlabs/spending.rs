use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ElevenLabsError;

/// How much was sent that may have cost credits, or left something behind. It is told at once, so that it is known also where
/// nobody waits for an answer any more. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Spending(Arc<AtomicUsize>);

impl Spending {
    #[must_use]
    pub fn may_have_charged(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// What is sent counts from before it is sent, and no longer where it surely came to nothing.
    pub(super) async fn counting<T>(
        &self,
        sending: impl Future<Output = Result<T, ElevenLabsError>>,
    ) -> Result<T, ElevenLabsError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let sent = sending.await;
        if let Err(error) = &sent
            && !error.may_have_charged()
        {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
        sent
    }
}
