//! `search` and `fetch` as connectors of ChatGPT use them.

use serde_json::{Value, json};

use crate::support::{Records, Server};

async fn search(server: &Server, query: &str) -> Vec<Value> {
    let found = server.call("search", json!({"query": query})).await;
    let members: Vec<_> = found.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["results"]);
    found["results"].as_array().expect("results").clone()
}

fn is_of(row: &Value, scheme: &str) -> bool {
    row["id"].as_str().is_some_and(|id| id.starts_with(scheme))
}

#[tokio::test]
async fn what_is_found_has_an_id_a_title_and_a_url_and_is_fetched_by_its_id() {
    let server = Server::of_company().linked_to("https://jira.example.com");
    let results = search(&server, "voucher for late returns").await;
    assert!(results.len() > 1, "{results:?}");
    for row in &results {
        let members: Vec<_> = row.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["id", "title", "url"]);
        let fetched = server.call("fetch", json!({"id": row["id"]})).await;
        let members: Vec<_> = fetched.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["id", "title", "text", "url", "metadata"]);
        assert_eq!(fetched["id"], row["id"]);
        assert!(!fetched["text"].as_str().expect("a text").is_empty());
    }
    let ticket = results.iter().find(|row| is_of(row, "jira://"));
    let ticket = ticket.expect("the ticket");
    assert_eq!(
        *ticket,
        json!({
            "id": "jira://ticket/SHOP-7",
            "title": "SHOP-7: Voucher for late returns is printed twice",
            "url": "https://jira.example.com/browse/SHOP-7"
        })
    );
}

#[tokio::test]
async fn each_kind_is_searched() {
    let server = Server::of_company();
    for (query, scheme) in [
        ("damaged goods photograph", "aoma://doc/"),
        ("SHOP-12", "jira://ticket/"),
        ("drain workers before a rollback", "git://commit/"),
        ("0f1e2d3c4", "git://commit/"),
        ("push_once", "aoma://code/"),
        ("forklift training Friday", "aoma://mail/"),
    ] {
        let results = search(&server, query).await;
        let first = results.first().expect(query);
        assert!(is_of(first, scheme), "{query}: {first}");
    }
}

#[tokio::test]
async fn many_tickets_do_not_hide_the_one_document() {
    let mut records = Records::company();
    for number in 100..130 {
        let key = format!("SHOP-{number}");
        records = records.ticket(&key, "Damaged goods", "Open", "High");
    }
    let results = search(&Server::of(records), "damaged goods").await;
    assert!(results.len() <= 10);
    assert!(results.iter().any(|row| is_of(row, "aoma://doc/")));
}

#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let server = Server::of_company();
    assert_eq!(search(&server, "zeppelin").await, Vec::<Value>::new());
}
