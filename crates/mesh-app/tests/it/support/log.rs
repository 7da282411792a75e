use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Level};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;

use super::within;

/// A second one: where there is only one subscriber, tracing asks the thread that is the first to come to a line whether it is
/// wanted, which may be another test's, and takes that for all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// All that our own code logs on this thread, at every level, and what else is a warning, while it lives. A test's server
/// runs on the test's own thread. The protocol's SDK is left out, as it is by the command: it quotes what was sent.
#[derive(Debug)]
pub(crate) struct Log {
    lines: Buffer,
    _guard: DefaultGuard,
}

#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn capture() -> Self {
        LazyLock::force(&SECOND);
        let lines = Buffer::default();
        let discreet = Targets::new()
            .with_default(Level::WARN)
            .with_target("mesh", Level::TRACE)
            .with_target("rmcp", Level::ERROR);
        let layer = fmt::layer().json().with_writer(lines.clone());
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(discreet));
        Self {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.lines.0.lock().expect("no panic while writing");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The fields of each request's line.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.lines("request")
    }

    /// The fields of each line with this message.
    fn lines(&self, message: &str) -> Vec<Value> {
        self.text()
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|line| line["fields"].clone())
            .filter(|fields| fields["message"] == message)
            .collect()
    }

    /// The fields of the next line with this message, once there is one beyond so many.
    pub(crate) async fn after(&self, before: usize, message: &str) -> Value {
        within(async {
            loop {
                if let Some(line) = self.lines(message).into_iter().nth(before) {
                    return line;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().expect("no panic while writing");
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
