//! An execution environment of ours, what is sent to it, and the fakes of what stands behind it.

mod corpus;
mod fake;
mod mesh;
pub(crate) mod rpc;
mod sse_bell;
mod store;

use std::future::Future;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

pub(crate) use corpus::{archive, write_corpus};
pub(crate) use fake::{Fake, Mode, closed_port};
pub(crate) use mesh::{Mesh, Setup, faulty, mcp, named};
pub(crate) use sse_bell::SseBell;
pub(crate) use store::{SPELLINGS, Store, VALUES, named_store};

/// More than anything takes on a busy machine: what takes longer has failed.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Who signs what is sent.
pub(crate) const ADA: &str = "arn:aws:sts::123456789012:assumed-role/agents/ada";
/// Who Ada is in the log and to a policy: sessions of one role are one caller.
pub(crate) const AGENTS: &str = "arn:aws:sts::123456789012:assumed-role/agents";

pub(crate) const TOKEN: &str = "a-t0ken-of-the-tests";

pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, work).await.expect("in time")
}

/// Waits for what comes true by itself.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    within(async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// As `MESH_BEARER_SHA256` has it.
pub(crate) fn digest(token: &str) -> String {
    let bytes = Sha256::digest(token);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
