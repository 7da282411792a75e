//! On a host that is frozen between calls, processes make room for each other.

use std::sync::Arc;

use mesh_gateway::{Approvals, Gateway, LockMode, Sandbox, World};

use crate::support::{entry, is_alive, quick, ring, soon, until, world};

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_used_for_longest_makes_room_and_who_is_at_work_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (go, came) = (folder.path().join("go"), folder.path().join("came"));
    let entries = vec![quick("bell", 0), entry("gong", 0, [&go, &came])];
    let lock = folder.path().join("mesh.lock");
    let approvals = |mode| Arc::new(Approvals::open(mode, &lock).expect("opens"));
    let recording = World {
        approvals: approvals(LockMode::Record),
        ..world()
    };
    let before = Gateway::new(entries.clone(), &recording, 48);
    before.known(soon()).await;
    before.end().await;
    let world = World {
        approvals: approvals(LockMode::Enforce),
        sandbox: Some(Arc::new(Sandbox::new(folder.path().join("homes"), 1))),
        ..world()
    };
    std::fs::write(&go, "").expect("written");
    let gateway = Gateway::new(entries, &world, 48);
    let bell = ring(&gateway, "bell").await.expect("an answer");
    let gong = ring(&gateway, "gong").await.expect("an answer");
    until(|| !is_alive(&bell)).await;
    std::fs::remove_file(&go).expect("removed");
    std::fs::remove_file(&came).expect("removed");
    let busy = gateway.clone();
    let call = tokio::spawn(async move { ring(&busy, "gong").await });
    until(|| came.exists()).await;
    let refused = ring(&gateway, "bell").await.expect_err("there is no room");
    assert!(refused.contains("MESH_CHILDREN_MB"), "{refused}");
    std::fs::write(&go, "").expect("written");
    assert_eq!(call.await.expect("it ends"), Ok(gong.clone()));
    assert!(
        ring(&gateway, "bell").await.is_ok(),
        "nobody left it alone for that"
    );
    until(|| !is_alive(&gong)).await;
    gateway.end().await;
}
