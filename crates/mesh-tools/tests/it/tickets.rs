use serde_json::{Value, json};

use crate::support::Server;

const SEARCH: &str = "search_jira_tickets";
const COUNT: &str = "get_jira_ticket_count";

fn keys(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().expect("results");
    results
        .iter()
        .filter_map(|ticket| ticket["key"].as_str())
        .collect()
}

#[tokio::test]
async fn a_ticket_is_found_by_its_words() {
    let server = Server::of_company().linked_to("https://tracker.example");
    let answer = server
        .call(
            SEARCH,
            json!({"query": "late returns voucher printed twice"}),
        )
        .await;
    let best = &answer["results"][0];
    assert_eq!(best["key"], "SHOP-7");
    assert_eq!(best["summary"], "Voucher for late returns is printed twice");
    assert_eq!(best["status"], "Open");
    assert_eq!(best["priority"], "High");
    assert_eq!(best["project"], "SHOP");
    assert_eq!(best["url"], "https://tracker.example/browse/SHOP-7");
    assert!(best["similarity"].as_f64().expect("a number") > 0.5);
    assert_eq!(answer["metadata"]["searchMethod"], "text");
    assert_eq!(
        answer["metadata"]["totalResults"],
        json!(keys(&answer).len())
    );
}

#[tokio::test]
async fn no_link_is_made_up_where_no_tracker_is_configured() {
    let server = Server::of_company();
    let answer = server.call(SEARCH, json!({"query": "SHOP-7"})).await;
    assert_eq!(keys(&answer)[0], "SHOP-7");
    assert_eq!(answer["results"][0].get("url"), None);
}

#[tokio::test]
async fn filters_are_real() {
    let server = Server::of_company();
    let arguments = json!({"query": "refund voucher", "status": "in progress", "project_key": "shop", "threshold": 0});
    let answer = server.call(SEARCH, arguments).await;
    assert_eq!(keys(&answer), ["SHOP-31"]);
    assert_eq!(
        answer["filters"],
        json!({"projectKey": "shop", "status": ["in progress"]})
    );
}

#[tokio::test]
async fn tickets_are_asked_for_by_type_and_people() {
    let server = Server::of_company();
    let answer = server
        .call(SEARCH, json!({"query": "", "issueType": "bug"}))
        .await;
    assert_eq!(keys(&answer).len(), 4);
    assert_eq!(answer["results"][0]["issueType"], "Bug");
    assert_eq!(answer["results"][0]["reporter"], "Ines Okafor");
    let reported = json!({"query": "Ines Okafor"});
    assert_eq!(keys(&server.call(SEARCH, reported).await).len(), 4);
    let assigned = json!({"query": "voucher", "assignee": "Ines"});
    let answer = server.call(SEARCH, assigned).await;
    assert_eq!(answer["results"], json!([]));
    assert_eq!(answer["filters"], json!({"assignee": ["Ines"]}));
}

#[tokio::test]
async fn an_empty_query_with_a_filter_lists_the_newest() {
    let server = Server::of_company();
    let answer = server
        .call(SEARCH, json!({"query": "", "priority": ["High"]}))
        .await;
    assert_eq!(keys(&answer), ["SHOP-31", "SHOP-7"]);
    let refusal = server.refusal(SEARCH, json!({"query": ""})).await;
    assert_eq!(refusal.kind(), "invalid_arguments");
}

#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let server = Server::of_company();
    let answer = server.call(SEARCH, json!({"query": "zeppelin"})).await;
    assert_eq!(answer["results"], json!([]));
    assert_eq!(answer["metadata"]["totalResults"], 0);
}

#[tokio::test]
async fn limit_and_threshold_are_honoured() {
    let server = Server::of_company();
    let answer = server
        .call(
            SEARCH,
            json!({"query": "reported by the shop floor", "limit": 2, "threshold": 0}),
        )
        .await;
    assert_eq!(keys(&answer).len(), 2);
    assert_eq!(answer["metadata"]["totalMatches"], 4);
    let none = server
        .call(SEARCH, json!({"query": "floor zeppelin", "threshold": 1}))
        .await;
    assert_eq!(none["results"], json!([]));
}

#[tokio::test]
async fn tickets_are_counted_by_project() {
    let server = Server::of_company();
    let all = server.call(COUNT, json!({})).await;
    assert_eq!(all["totalCount"], 4);
    assert_eq!(
        all["projectBreakdown"],
        json!([{"project": "SHOP", "count": 3}, {"project": "OPS", "count": 1}])
    );
    assert_eq!(all["metadata"]["filterCount"], 0);
    let bugs = json!({"issueType": "Bug"});
    assert_eq!(server.call(COUNT, bugs).await["totalCount"], 4);
    let assigned = json!({"assignee": "Ines"});
    assert_eq!(server.call(COUNT, assigned).await["totalCount"], 0);
    let open = server
        .call(
            COUNT,
            json!({"projectKey": "SHOP", "status": ["Open", "Closed"]}),
        )
        .await;
    assert_eq!(open["totalCount"], 2);
    assert_eq!(open.get("projectBreakdown"), None);
    assert_eq!(open["metadata"]["filterCount"], 2);
}
