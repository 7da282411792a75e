//! A request tells by which servers it came, and one that comes back is refused.

use serde_json::{Value, json};

use crate::support::{Answer, Log, TestApp, gateway};

const OTHER: &str = "0123456789abcdef";

async fn asked(app: &TestApp, hops: &str) -> Answer {
    let request = app.legacy("tools/list", json!({}));
    request.header("mesh-hops", hops).send().await
}

async fn server() -> (TestApp, tempfile::TempDir) {
    gateway(&[], json!({})).await
}

#[tokio::test]
async fn a_request_that_has_come_back_is_refused_with_its_way() {
    let (app, _file) = server().await;
    let first = asked(&app, OTHER).await;
    assert_eq!(first.status, 200);
    let own = first.header("mesh-hops").to_owned();
    let back = asked(&app, &format!("{own},{OTHER}")).await;
    assert_eq!(back.fault(), (508, 508));
    let error = &back.json()["error"];
    let message = error["message"].as_str().expect("text");
    assert!(
        message.contains(&format!("by way of `{OTHER}`")),
        "{message}"
    );
    assert_eq!(
        error["data"],
        json!({"reason": "cycle", "hops": format!("{own},{OTHER}")})
    );
    let again = app
        .legacy("tools/list", json!({}))
        .header("mesh-hops", OTHER);
    let back = again.again("mesh-hops", &own).send().await;
    assert_eq!(back.fault(), (508, 508), "in two lines, too");
}

#[tokio::test]
async fn who_comes_through_too_many_servers_is_refused() {
    let (app, _file) = server().await;
    assert_eq!(asked(&app, &[OTHER; 8].join(",")).await.status, 200);
    let refused = asked(&app, &[OTHER; 9].join(",")).await;
    assert_eq!(refused.fault(), (508, 508));
    assert_eq!(
        refused.json()["error"]["data"],
        json!({"reason": "tooMany"})
    );
}

#[tokio::test]
async fn what_is_no_list_of_servers_is_refused_and_never_logged() {
    let log = Log::capture();
    let (app, _file) = server().await;
    let long = [OTHER; 2000].join(",");
    for hops in ["sk-secret", "\u{1}\u{e9}", long.as_str(), ""] {
        let bytes: Vec<u8> = hops.bytes().filter(|byte| *byte >= 0x20).collect();
        let hops = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(asked(&app, &hops).await.fault(), (400, -32600));
    }
    assert!(!log.text().contains("sk-secret") && !log.text().contains(OTHER));
    let failures: Vec<Value> = log
        .requests()
        .iter()
        .map(|line| line["failure"].clone())
        .collect();
    assert_eq!(failures, vec![json!("refused"); 4]);
}

#[tokio::test]
async fn who_does_not_ask_is_not_told_who_is_behind() {
    let (app, _file) = server().await;
    let answer = app.legacy("tools/list", json!({})).send().await;
    assert_eq!((answer.status, answer.header("mesh-hops")), (200, ""));
}

/// What a caller claims to have come through changes nothing for others.
#[tokio::test]
async fn a_way_that_is_made_up_harms_who_made_it_up_alone() {
    let (behind, _file) = server().await;
    let url = format!("http://{}/rpc", behind.address);
    let (app, _file) = gateway(&[], json!({"behind": {"type": "http", "url": url}})).await;
    let theirs = asked(&behind, OTHER).await.header("mesh-hops").to_owned();
    let call = || app.call("behind__echo", json!({"text": "hello"}));
    for _ in 0..8 {
        let (failed, text) = call().header("mesh-hops", &theirs).send().await.told();
        assert!(failed && text.contains("leads back"), "{text}");
        let (failed, text) = call().send().await.told();
        assert_eq!((failed, text.as_str()), (false, r#"{"text":"hello"}"#));
    }
}
