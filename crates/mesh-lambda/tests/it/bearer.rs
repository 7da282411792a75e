//! The token, for those who cannot sign.

use http::Method;
use serde_json::json;

use crate::support::{AGENTS, TOKEN, digest, mcp, rpc};

#[tokio::test]
async fn the_right_token_is_served_and_every_other_is_not() {
    let mesh = mcp().set("MESH_BEARER_SHA256", digest(TOKEN)).start().await;
    let with = |value: &str| {
        rpc::stranger(Method::POST, "/rpc")
            .json(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
            .header("authorization", value)
    };
    let right = format!("Bearer {TOKEN}");
    assert_eq!(mesh.send_as("by-token", &with(&right)).await.status, 200);
    assert_eq!(mesh.line("by-token").await["caller"], "bearer");
    assert_eq!(
        mesh.send(&with(&right.replace("Bearer", "bearer")))
            .await
            .status,
        200
    );
    let cut = &right[..right.len() - 1];
    for wrong in [
        "",
        "Bearer",
        "Bearer ",
        cut,
        &format!("{right}x"),
        &format!("Basic {TOKEN}"),
        &format!("Bearer {}", digest(TOKEN)),
    ] {
        let reply = mesh.send(&with(wrong)).await;
        assert_eq!(reply.status, 401, "{wrong}");
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\""),
            "{wrong}"
        );
    }
    assert!(!mesh.settled().await.contains(TOKEN));
}

#[tokio::test]
async fn who_signed_needs_no_token() {
    let mesh = mcp().set("MESH_BEARER_SHA256", digest(TOKEN)).start().await;
    mesh.send_as("signed", &rpc::legacy("tools/list", json!({})))
        .await;
    assert_eq!(mesh.line("signed").await["caller"], AGENTS);
}
