use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

static ISSUED: AtomicU64 = AtomicU64::new(1);

/// In the shape of Lambda's own: a UUID, unique within this process.
pub(super) fn request() -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", std::process::id(), next())
}

/// An X-Ray header with a root, a parent and the decision to sample.
pub(super) fn trace() -> String {
    let second = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let number = next();
    format!("Root=1-{second:08x}-{number:024x};Parent={number:016x};Sampled=1")
}

fn next() -> u64 {
    ISSUED.fetch_add(1, Ordering::Relaxed)
}
