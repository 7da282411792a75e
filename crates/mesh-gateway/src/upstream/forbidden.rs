//! HTTP 403: what is shown to an upstream is not enough, which some say of a key that they do not know, and others of one tool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout_at;

use super::Upstream;
use crate::connection::{Asked, Connection};
use crate::credential::Freshness;
use crate::fault::Fault;
use crate::plan::Plan;

/// So long credentials that were read anew in vain are taken for those that there are.
const SETTLED: Duration = Duration::from_secs(600);

impl Upstream {
    /// The connection to ask over once more, where there are other credentials by now. Otherwise the one there is stays, and its
    /// session with it.
    pub(super) async fn with_others(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        asked: &Asked,
    ) -> Result<Option<Arc<Connection>>, Fault> {
        let forbidden_at = self.lock().forbidden_at;
        if forbidden_at.is_some_and(|at| at.elapsed() < SETTLED) {
            return Ok(None);
        }
        let planner = self.planner();
        let plan = planner.plan(Freshness::Anew, asked.deadline);
        let plan = timeout_at(asked.deadline.at().into(), plan).await;
        let (Ok(Ok(Plan::Send(_, headers, _))), Some(shown)) = (plan, connection.wire.headers())
        else {
            return Ok(None);
        };
        if headers.own != shown.own {
            return self.another(connection, asked, Freshness::AtHand).await;
        }
        if shown.signature.is_some() {
            // Each request is signed anew.
            return Ok(Some(Arc::clone(connection)));
        }
        self.is_forbidden();
        Ok(None)
    }

    /// Credentials that were just read are refused.
    pub(super) fn is_forbidden(&self) {
        self.lock().forbidden_at = Some(Instant::now());
    }
}
