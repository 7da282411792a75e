use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Bootstrap, Environment, Function, StartError};

/// What Lambda grants an init before it gives up on it.
const INIT: Duration = Duration::from_secs(10);

/// The execution environments of a function: the one used last is used next.
#[derive(Debug)]
pub(super) struct Pool {
    bootstrap: Bootstrap,
    environment: Environment,
    idle: Mutex<Vec<Function>>,
    places: Arc<Semaphore>,
}

/// An environment at work, and its place among those that may be.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) function: Function,
    place: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(bootstrap: Bootstrap, environment: Environment, environments: usize) -> Self {
        Self {
            bootstrap,
            environment,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(environments)),
        }
    }

    /// An idle environment, or a new one once there is a place for it.
    pub(super) async fn lease(&self) -> Result<Lease, StartError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("nobody closes the semaphore");
        let function = match self.awake() {
            Some(function) => function,
            None => self.start().await?,
        };
        Ok(Lease { function, place })
    }

    fn awake(&self) -> Option<Function> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find(Function::is_alive)
    }

    async fn start(&self) -> Result<Function, StartError> {
        let function = Function::spawn(&self.bootstrap, &self.environment)?;
        function.ready(INIT).await?;
        Ok(function)
    }

    pub(super) fn give_back(&self, lease: Lease) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(lease.function);
        drop(lease.place);
    }
}
