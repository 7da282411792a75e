use mesh_tools::registry::CATALOG;
use mesh_tools::resource::Completion;
use serde_json::json;

use crate::support::{Records, Server};

#[tokio::test]
async fn documents_are_listed_by_path() {
    let server = Server::of_company();
    let list = server.read_json("aoma://knowledge-base").await;
    assert_eq!(list["total"], 4);
    let first = &list["documents"][0];
    assert_eq!(first["path"], "books/safety.pdf");
    assert_eq!(first["title"], "Safety handbook");
    assert_eq!(first["passages"], 1);
    assert_eq!(
        first["uri"],
        json!(format!(
            "aoma://doc/{}",
            first["id"].as_str().expect("an id")
        ))
    );
    assert_eq!(list.get("nextCursor"), None);
}

#[tokio::test]
async fn a_long_list_goes_on_at_the_next_address() {
    let mut records = Records::default();
    for number in 0..120 {
        records = records.ticket(&format!("BIG-{number}"), "One of many", "Open", "Low");
    }
    let server = Server::of(records);
    let mut uri = "jira://tickets".to_owned();
    let mut keys = Vec::new();
    loop {
        let page = server.read_json(&uri).await;
        assert_eq!(page["total"], 120);
        let tickets = page["tickets"].as_array().expect("tickets");
        keys.extend(
            tickets
                .iter()
                .map(|ticket| ticket["key"].as_str().expect("a key").to_owned()),
        );
        match page.get("next") {
            Some(next) => uri = next.as_str().expect("an address").to_owned(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..120).map(|number| format!("BIG-{number}")).collect();
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn a_cursor_of_one_s_own_making_is_refused() {
    let server = Server::of_company();
    for uri in [
        "aoma://knowledge-base?cursor=xyz",
        "jira://tickets?cursor=50",
    ] {
        let refusal = server.read(uri).await.expect_err("refused");
        assert_eq!(refusal.kind(), "invalid_arguments", "{uri}");
    }
}

#[tokio::test]
async fn a_ticket_is_read_whole() {
    let server = Server::of_company().linked_to("https://tracker.example");
    let ticket = server.read_json("jira://ticket/shop-7").await;
    assert_eq!(ticket["key"], "SHOP-7");
    assert_eq!(ticket["reporter"], "Ines Okafor");
    assert_eq!(ticket["issueType"], "Bug");
    assert_eq!(ticket["url"], "https://tracker.example/browse/SHOP-7");
    assert_eq!(ticket["path"], "tickets.csv:2");
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_says_where_to_look() {
    let server = Server::of_company();
    for (uri, advice) in [
        ("aoma://doc/nothing-000000", "aoma://knowledge-base"),
        ("jira://ticket/NONE-1", "jira://tickets"),
    ] {
        let refusal = server.read(uri).await.expect_err("refused");
        assert_eq!(refusal.kind(), "not_found");
        assert!(refusal.to_string().contains(advice), "{refusal}");
    }
}

#[tokio::test]
async fn health_and_metrics_can_be_read() {
    let server = Server::of_company();
    assert_eq!(server.read_json("aoma://health").await["status"], "healthy");
    let metrics = server.read_json("aoma://metrics").await;
    assert_eq!(metrics["scope"], "process");
    for counter in [
        "uptime",
        "totalRequests",
        "successfulRequests",
        "failedRequests",
        "averageResponseTime",
    ] {
        assert!(metrics[counter].is_number(), "{counter}");
    }
}

#[tokio::test]
async fn keys_and_ids_are_completed() {
    let server = Server::of_company();
    let complete = async |variable: &str, typed: &str| -> Completion {
        let template = CATALOG
            .templates
            .iter()
            .find(|template| template.variable == variable)
            .expect("a template");
        (template.complete)(server.context(), typed)
            .await
            .expect("a completion")
    };
    assert_eq!(complete("key", "shop-1").await.values, ["SHOP-12"]);
    let documents = complete("id", "refunds").await;
    assert_eq!(documents.total, 1);
    assert!(
        documents.values[0].starts_with("docs-refunds-md-"),
        "{documents:?}"
    );
}
