use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use mesh_core::{Deadline, lock};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use crate::fault::Fault;
use crate::message::Answer;

/// The requests sent over one connection whose answers are waited for.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    last: AtomicU64,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    by_id: HashMap<u64, oneshot::Sender<Result<Answer, Fault>>>,
    /// Why no more answers come.
    over: Option<Fault>,
}

/// One request that waits.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) id: u64,
    answer: oneshot::Receiver<Result<Answer, Fault>>,
    pending: Arc<Pending>,
}

impl Pending {
    /// A number that no other request of the connection has.
    pub(crate) fn next_id(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// # Errors
    /// Why the connection is over.
    pub(crate) fn begin(self: &Arc<Self>) -> Result<Waiter, Fault> {
        let id = self.next_id();
        let (sender, answer) = oneshot::channel();
        let mut waiting = self.lock();
        if let Some(fault) = &waiting.over {
            return Err(fault.clone());
        }
        waiting.by_id.insert(id, sender);
        Ok(Waiter {
            id,
            answer,
            pending: Arc::clone(self),
        })
    }

    /// Has whoever waits for it know.
    pub(crate) fn answer(&self, id: u64, answer: Result<Answer, Fault>) {
        let waiting = self.lock().by_id.remove(&id);
        if let Some(waiting) = waiting {
            let _ = waiting.send(answer);
        }
    }

    /// Ends everything that waits, now and later.
    pub(crate) fn end(&self, fault: &Fault) {
        let mut waiting = self.lock();
        waiting.over.get_or_insert_with(|| fault.clone());
        for (_, waiting) in waiting.by_id.drain() {
            let _ = waiting.send(Err(fault.clone()));
        }
    }

    pub(crate) fn over(&self) -> Option<Fault> {
        self.lock().over.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.waiting)
    }
}

impl Waiter {
    pub(crate) async fn wait(&mut self, deadline: Deadline) -> Result<Answer, Fault> {
        match timeout_at(deadline.at().into(), &mut self.answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(self.pending.over().unwrap_or(Fault::Ended(String::new()))),
            Err(_) => Err(Fault::TimedOut),
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.pending.lock().by_id.remove(&self.id);
    }
}
