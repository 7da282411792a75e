//! Having ready what is to be listed or looked up.

use std::time::{Duration, Instant};

use mesh_core::Deadline;
use mesh_index::Corpus;

use crate::app::App;
use crate::mcp::Incoming;

/// Waits for those upstreams of which nothing was ever heard, as many clients list once.
pub(super) async fn known(app: &App, is_meant: impl Fn(&str) -> bool, incoming: &Incoming) {
    const TIMEOUT: Duration = Duration::from_secs(10);
    let Some(gateway) = &app.gateway else {
        return;
    };
    let deadline = incoming.request.deadline.at_most(Instant::now(), TIMEOUT);
    gateway.known_of(is_meant, &incoming.hops, deadline).await;
}

/// Has ready what is to be listed: a corpus indexed anew, and one that could not be had before. Nobody waits here for one that
/// is on its way, as what needs it is listed, nor for secrets.
pub(crate) async fn prepare(app: &App, scope: Option<&str>, incoming: &Incoming) {
    let is_meant = |upstream: &str| scope.is_none_or(|scope| scope == upstream);
    known(app, is_meant, incoming).await;
    prepare_own(app, incoming.request.deadline).await;
}

/// As [`prepare`], of what is ours.
pub(crate) async fn prepare_own(app: &App, deadline: Deadline) {
    /// A store that refuses says so at once.
    const TIMEOUT: Duration = Duration::from_secs(1);
    refresh(app).await;
    let corpus_handle = &app.services.corpus_handle;
    if corpus_handle.fault().is_none() || corpus_handle.underway_since().is_some() {
        return;
    }
    let deadline = deadline.at_most(Instant::now(), TIMEOUT);
    if let Err(error) = corpus_handle.arrive(deadline).await {
        tracing::warn!(%error, "what needs the corpus is not listed");
    }
}

/// Uses a corpus indexed anew, if there is one, before anything is looked up in it; where looking for it and reading it take
/// longer than whoever noticed it should wait, what was open is served until then.
pub(crate) async fn refresh(app: &App) {
    const TIMEOUT: Duration = Duration::from_secs(1);
    let Some(newer) = app.services.corpus().and_then(Corpus::newer) else {
        return;
    };
    let opened = tokio::task::spawn_blocking(|| {
        if let Err(error) = newer.open() {
            tracing::warn!(%error, "the corpus could not be refreshed; what was open is served on");
        }
    });
    // A panic was logged where it was.
    let _late = tokio::time::timeout(TIMEOUT, opened).await;
}
