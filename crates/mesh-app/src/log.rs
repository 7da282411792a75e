//! Logs go to stderr, since stdout belongs to MCP over stdio.
//!
//! They carry no bodies, headers or secrets at any level. Our own code sees to that by itself; what we depend on is heard
//! only when something is wrong, and the protocol's SDK, whose warnings quote what was sent, only when it fails.

use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;

use crate::config::{Log, LogFormat};
use tracing::{Level, Metadata};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Begins to log, once for the process.
///
/// # Panics
/// When it has begun already.
pub fn start(log: &Log) {
    std::panic::set_hook(Box::new(tell_panic));
    let asked: Targets = log
        .filter
        .parse()
        .expect("`Config::read` has parsed this filter");
    let filter = asked.and(filter_fn(is_discreet));
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry();
    match format(log.format) {
        LogFormat::Json => registry
            .with(layer.json().flatten_event(true).with_filter(filter))
            .init(),
        LogFormat::Text => {
            let layer = layer.with_ansi(io::stderr().is_terminal());
            registry.with(layer.with_filter(filter)).init();
        }
    }
}

/// What a panic says may quote what was sent, unless it stands in the program as it is.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let said = panic.payload().downcast_ref::<&'static str>().copied();
    let place = panic.location().map(ToString::to_string);
    tracing::error!(said, place, "a panic");
}

fn format(asked: Option<LogFormat>) -> LogFormat {
    match asked {
        Some(format) => format,
        None if io::stderr().is_terminal() => LogFormat::Text,
        None => LogFormat::Json,
    }
}

fn is_discreet(event: &Metadata<'_>) -> bool {
    let most = match event.target().split("::").next() {
        Some(name) if name.starts_with("mesh") => Level::TRACE,
        Some("rmcp") => Level::ERROR,
        _ => Level::WARN,
    };
    *event.level() <= most
}
