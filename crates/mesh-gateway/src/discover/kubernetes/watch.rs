//! Objects that are told when they change, from the moment of a list on.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use mesh_core::{Deadline, lock};
use mesh_http::{Bounds, HttpError, Streamed};
use serde::Deserialize;
use serde_json::Value;

use super::access::Access;
use super::list::{Listed, Resource, encoded};

/// After so long a server ends a watch, and it is begun again where it was.
const TIMEOUT: Duration = Duration::from_secs(300);
/// And it is over for us.
const LATEST: Duration = Duration::from_secs(310);
const SHORTEST: Duration = Duration::from_secs(1);
const MAX_BYTES: u64 = 256 << 20;
/// An object has 1 MiB at most, and JSON escapes some of it.
const MAX_LINE: usize = 8 << 20;

/// What is known of the objects of a kind.
#[derive(Debug, Default)]
pub(super) struct Watched(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    has_listed: bool,
    /// By name, while a watch keeps them up to date.
    objects: Option<BTreeMap<String, Value>>,
    /// Nobody may watch here: they are listed each time.
    is_refused: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    object: Value,
}

impl Watched {
    /// # Errors
    /// Why they cannot be had, and what to do.
    pub(super) async fn objects(
        &self,
        access: &Arc<Access>,
        resource: &'static Resource,
    ) -> Result<Vec<Value>, String> {
        if let Some(objects) = &lock(&self.0).objects {
            return Ok(objects.values().cloned().collect());
        }
        let listed = resource.list(access).await?;
        let objects = listed.objects.clone();
        let is_first = {
            let mut state = lock(&self.0);
            !std::mem::replace(&mut state.has_listed, true) || state.is_refused
        };
        // Who asks once is not told of changes.
        if !is_first {
            let watch = Watch {
                access: Arc::clone(access),
                resource,
                state: Arc::downgrade(&self.0),
            };
            lock(&self.0).objects = Some(by_name(&listed));
            tokio::spawn(watch.run(listed.version));
        }
        Ok(objects)
    }
}

fn by_name(listed: &Listed) -> BTreeMap<String, Value> {
    let objects = listed.objects.iter();
    objects
        .map(|object| (name(object), object.clone()))
        .collect()
}

fn name(object: &Value) -> String {
    object["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

struct Watch {
    access: Arc<Access>,
    resource: &'static Resource,
    state: Weak<Mutex<State>>,
}

impl Watch {
    /// Until what it knows is of no use any more: they are listed again then.
    async fn run(self, mut version: String) {
        while self.state.strong_count() > 0 {
            let begun = Instant::now();
            let ended = match self.begin(&version).await {
                Ok(events) => self.take(events, &mut version).await,
                Err(ended) => ended,
            };
            if ended.is_break() {
                break;
            }
            // A server that ends each at once is not asked without end.
            tokio::time::sleep(SHORTEST.saturating_sub(begun.elapsed())).await;
        }
        if let Some(state) = self.state.upgrade() {
            lock(&state).objects = None;
        }
    }

    async fn begin(&self, version: &str) -> Result<Streamed, ControlFlow<()>> {
        let parameters = format!(
            "watch=1&allowWatchBookmarks=true&timeoutSeconds={}&resourceVersion={}",
            TIMEOUT.as_secs(),
            encoded(version)
        );
        // What is wrong is told by the list that comes next.
        let request = self
            .resource
            .request(&self.access, &parameters)
            .map_err(|_| ControlFlow::Break(()))?;
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), LATEST),
            max_bytes: MAX_BYTES,
        };
        match self.access.client.send(request, bounds).await {
            Ok(answer) => Ok(answer.into_body()),
            Err(error) => {
                self.note(&error);
                Err(ControlFlow::Break(()))
            }
        }
    }

    fn note(&self, error: &HttpError) {
        let is_refused = matches!(error, HttpError::Refused(refusal) if refusal.status == 403);
        if let Some(state) = self.state.upgrade().filter(|_| is_refused) {
            lock(&state).is_refused = true;
            let why = self.resource.refused(&self.access, "watch", error);
            tracing::warn!(why, "they are listed again and again instead");
        }
    }

    /// Takes events to the end of their stream, which is none where it ended at its time.
    async fn take(&self, mut events: Streamed, version: &mut String) -> ControlFlow<()> {
        let mut left: Vec<u8> = Vec::new();
        loop {
            match events.chunk().await {
                Ok(Some(chunk)) => left.extend_from_slice(&chunk),
                Ok(None) => return ControlFlow::Continue(()),
                Err(_) => return ControlFlow::Break(()),
            }
            while let Some(end) = left.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = left.drain(..=end).collect();
                self.event(&line, version)?;
            }
            if left.len() > MAX_LINE {
                return ControlFlow::Break(());
            }
        }
    }

    /// One that is not understood, or an error, such as that our version is too old (410), ends it.
    fn event(&self, line: &[u8], version: &mut String) -> ControlFlow<()> {
        let (Ok(event), Some(state)) =
            (serde_json::from_slice::<Event>(line), self.state.upgrade())
        else {
            return ControlFlow::Break(());
        };
        let mut state = lock(&state);
        let Some(objects) = &mut state.objects else {
            return ControlFlow::Break(());
        };
        if let Some(newer) = event.object["metadata"]["resourceVersion"].as_str() {
            newer.clone_into(version);
        }
        match event.kind.as_str() {
            "ADDED" | "MODIFIED" => {
                objects.insert(name(&event.object), event.object);
            }
            "DELETED" => {
                objects.remove(&name(&event.object));
            }
            "BOOKMARK" => {}
            _ => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }
}
