//! Where people open what an answer names.

use serde_json::{Value, json};

use crate::support::Server;

const COMMIT: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";

#[tokio::test]
async fn every_tool_tells_where_people_open_what_it_found() {
    let server = Server::of_linked_company();
    for (tool, query, member, url) in [
        (
            "query_aoma_knowledge",
            "parcel after thirty days",
            "citations",
            "https://docs.example/docs/refunds.md#late-returns",
        ),
        (
            "query_aoma_knowledge",
            "forklift keys",
            "citations",
            "https://docs.example/notes/warehouse.txt#L6-L8",
        ),
        (
            "query_aoma_knowledge",
            "helmets crane moving",
            "citations",
            "https://docs.example/books/safety.pdf#page=7",
        ),
        (
            "search_jira_tickets",
            "SHOP-7",
            "results",
            "https://jira.example/browse/SHOP-7",
        ),
        (
            "search_git_commits",
            "print each voucher once",
            "results",
            "https://git.example/shop/commit/a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
        ),
        (
            "search",
            "print each voucher once",
            "results",
            "https://git.example/shop/commit/a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
        ),
        (
            "analyze_development_context",
            "parcel after thirty days",
            "knowledge",
            "https://docs.example/docs/refunds.md#late-returns",
        ),
    ] {
        let argument = match tool {
            "analyze_development_context" => "currentTask",
            _ => "query",
        };
        let answer = server.call(tool, json!({argument: query})).await;
        assert_eq!(answer[member][0]["url"], url, "{tool}: {answer}");
    }
}

#[tokio::test]
async fn a_stretch_of_source_is_opened_at_its_lines() {
    let server = Server::of_linked_company();
    let answer = server
        .call("search_code_files", json!({"query": "print_voucher"}))
        .await;
    let best = &answer["results"][0];
    let (path, first, last) = (&best["path"], &best["lineStart"], &best["lineEnd"]);
    let path = path.as_str().expect("a path");
    assert_eq!(
        best["url"],
        format!("https://git.example/shop/blob/main/{path}#L{first}-L{last}")
    );
}

#[tokio::test]
async fn a_message_is_opened_by_its_id() {
    let server = Server::of_linked_company();
    let answer = server
        .call(
            "search_outlook_emails",
            json!({"query": "forklift training Friday"}),
        )
        .await;
    let best = &answer["results"][0];
    let id = best["id"].as_str().expect("an id");
    assert_eq!(best["url"], format!("https://lists.example/{id}/"));
}

#[tokio::test]
async fn what_is_fetched_is_opened_at_the_part_that_was_asked_for() {
    let server = Server::of_linked_company();
    let docs = "https://docs.example/docs/refunds.md";
    let code = "https://git.example/shop/blob/main/shop/src/voucher.rs";
    for (arguments, url) in [
        (json!({"id": "docs/refunds.md"}), docs.to_owned()),
        (
            json!({"id": "docs/refunds.md#damaged-goods"}),
            format!("{docs}#damaged-goods"),
        ),
        (
            json!({"id": "docs/refunds.md", "from": "damaged-goods"}),
            format!("{docs}#damaged-goods"),
        ),
        (json!({"id": "shop/src/voucher.rs"}), code.to_owned()),
        (
            json!({"id": "SHOP-7"}),
            "https://jira.example/browse/SHOP-7".to_owned(),
        ),
        (
            json!({"id": COMMIT}),
            format!("https://git.example/shop/commit/{COMMIT}"),
        ),
    ] {
        let answer = server.call("fetch", arguments).await;
        assert_eq!(answer["url"], url, "{}", answer["id"]);
    }
    let whole = server
        .call("fetch", json!({"id": "shop/src/voucher.rs"}))
        .await;
    let uri = whole["metadata"]["uri"].as_str().expect("a URI");
    let lines = server
        .call("fetch", json!({"id": format!("{uri}#L1-L2")}))
        .await;
    assert_eq!(lines["url"], format!("{code}#L1-L2"));
}

#[tokio::test]
async fn an_export_with_a_link_of_its_own_is_not_of_the_tracker_of_all() {
    let server = Server::of_linked_company().linked_to("https://other.example");
    let url = "https://jira.example/browse/SHOP-7";
    let ticket = server.read_json("jira://ticket/SHOP-7").await;
    assert_eq!(ticket["url"], url);
    let list = server.read_json("jira://tickets").await;
    let tickets = list["tickets"].as_array().expect("tickets");
    let ticket = tickets.iter().find(|ticket| ticket["key"] == "SHOP-7");
    assert_eq!(ticket.expect("the ticket")["url"], url);
}

#[tokio::test]
async fn without_a_link_nothing_is_made_up() {
    let server = Server::of_company();
    for (tool, query, member) in [
        ("query_aoma_knowledge", "forklift keys", "citations"),
        ("search_git_commits", "print each voucher once", "results"),
        ("search_code_files", "print_voucher", "results"),
        (
            "search_outlook_emails",
            "forklift training Friday",
            "results",
        ),
    ] {
        let answer = server.call(tool, json!({"query": query})).await;
        let best = answer[member][0].as_object().expect("a result");
        assert_eq!(best.get("url"), None::<&Value>, "{tool}");
    }
}
