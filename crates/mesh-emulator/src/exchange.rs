use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, watch};

use crate::Failure;

/// Where events wait for workers and reports find their invocation.
#[derive(Debug)]
pub(crate) struct Exchange {
    waiting: Mutex<VecDeque<Order>>,
    arrived: Notify,
    running: Mutex<HashMap<String, UnboundedSender<Progress>>>,
    pub(crate) init: watch::Sender<Init>,
    pub(crate) connections: watch::Sender<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Init {
    Running,
    /// The first `/next` came at this instant.
    Done(Instant),
    Failed(Failure),
}

/// An event and the headers Lambda hands out with it.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) request_id: String,
    pub(crate) headers: HeaderMap,
    pub(crate) event: Bytes,
    pub(crate) progress: UnboundedSender<Progress>,
}

/// What becomes of an order, step by step.
#[derive(Debug)]
pub(crate) enum Progress {
    Given(Instant),
    Buffered(Instant, Bytes),
    /// The JSON head of a streamed answer; `None` where the function streams bare bytes.
    Head(Instant, Option<Bytes>),
    Chunk(Instant, Bytes),
    /// The end of a stream, and the failure its trailers tell of.
    End(Instant, Option<Failure>),
    Failed(Failure),
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Notify::new(),
            running: Mutex::default(),
            init: watch::Sender::new(Init::Running),
            connections: watch::Sender::new(0),
        }
    }

    pub(crate) fn offer(&self, order: Order) {
        held(&self.running).insert(order.request_id.clone(), order.progress.clone());
        held(&self.waiting).push_back(order);
        self.arrived.notify_one();
    }

    /// The next event, for the worker that has waited longest.
    pub(crate) async fn take(&self) -> Order {
        self.note_ready();
        loop {
            let order = held(&self.waiting).pop_front();
            if let Some(order) = order {
                return order;
            }
            self.arrived.notified().await;
        }
    }

    fn note_ready(&self) {
        self.init.send_if_modified(|init| {
            let first = matches!(init, Init::Running);
            if first {
                *init = Init::Done(Instant::now());
            }
            first
        });
    }

    /// Ends the books of an invocation: what is reported of it from now on is refused.
    pub(crate) fn settle(&self, request_id: &str) -> Option<UnboundedSender<Progress>> {
        held(&self.running).remove(request_id)
    }

    pub(crate) fn withdraw(&self, request_id: &str) {
        self.settle(request_id);
        held(&self.waiting).retain(|order| order.request_id != request_id);
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
