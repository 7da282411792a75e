use std::sync::Arc;
use std::time::Instant;

use mesh_core::Deadline;
use tokio::time::timeout;

use super::Upstream;
use super::now::Phase;
use crate::connection::Connection;
use crate::wire::MAX_ENDING;

impl Upstream {
    /// A connection that is of no use any more.
    pub(super) fn forget(&self, connection: &Arc<Connection>) {
        let mut now = self.lock();
        if now.phase.is(connection) {
            now.phase = Phase::Idle;
        }
    }

    pub(crate) async fn end(&self) {
        self.stop_keeping();
        let phase = std::mem::take(&mut self.lock().phase);
        let connection = match phase {
            Phase::Idle => return,
            Phase::Up(connection) => connection,
            Phase::Starting(starting) => {
                starting.until.cancel();
                // It has come up, or is ended by who has started it.
                match timeout(2 * MAX_ENDING, starting.started).await {
                    Ok(Ok(connection)) => connection,
                    _ => return,
                }
            }
        };
        self.stop_keeping();
        self.forget(&connection);
        let deadline = Deadline::after(Instant::now(), MAX_ENDING);
        connection.wire.end(deadline).await;
    }
}
