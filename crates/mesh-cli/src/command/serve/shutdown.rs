use std::future::Future;
use std::process;

use anyhow::Context as _;
use tokio::sync::oneshot;

use crate::exit::Exit;
use crate::signals::Signals;

/// Ends when the process is asked to stop. Being asked again ends the process at once.
pub(super) fn requested() -> anyhow::Result<impl Future<Output = ()>> {
    let mut signals = Signals::new().context("cannot listen for signals")?;
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping: requests in flight are answered first");
        // Whoever waited may have ended for its own reasons.
        let _ = stop.send(());
        signals.next().await;
        process::exit(Exit::Failed as i32);
    });
    Ok(async {
        let _ = stopped.await;
    })
}
