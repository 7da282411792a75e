//! A value of a filter that nothing has is told in the answer, with the values there are.

use serde_json::{Value, json};

use crate::support::Server;

async fn unknown(tool: &str, arguments: Value) -> Value {
    let answer = Server::of_company().call(tool, arguments).await;
    answer["unknownFilterValues"].clone()
}

#[tokio::test]
async fn each_tool_tells_what_it_has_instead() {
    for (tool, arguments, argument, known) in [
        (
            "search_jira_tickets",
            json!({"query": "", "projectKey": "NOPE"}),
            "projectKey",
            json!(["SHOP", "OPS"]),
        ),
        (
            "search_jira_tickets",
            json!({"query": "", "issueType": "Epic"}),
            "issueType",
            json!(["Bug"]),
        ),
        (
            "search_jira_tickets",
            json!({"query": "voucher", "assignee": "nobody"}),
            "assignee",
            json!([]),
        ),
        (
            "get_jira_ticket_count",
            json!({"status": ["Won't do"]}),
            "status",
            json!(["Open", "Closed", "In Progress"]),
        ),
        (
            "search_git_commits",
            json!({"query": "voucher", "author": "nobody"}),
            "author",
            json!(["Ada Byrne", "Tomas Lind"]),
        ),
        (
            "search_git_commits",
            json!({"query": "voucher", "filePattern": "*.cobol"}),
            "filePattern",
            json!(["infra/rollback.sh", "src/voucher.rs", "tests/voucher.rs"]),
        ),
        (
            "search_code_files",
            json!({"query": "voucher", "language": "klingon"}),
            "language",
            json!(["Rust"]),
        ),
        (
            "search_outlook_emails",
            json!({"query": "crane", "priority": "urgent"}),
            "priority",
            json!(["normal"]),
        ),
        (
            "search_outlook_emails",
            json!({"query": "crane", "subject": "zeppelin"}),
            "subject",
            json!([
                "Forklift training moved to Friday",
                "Invoice for the new crane"
            ]),
        ),
    ] {
        let told = unknown(tool, arguments).await;
        assert_eq!(told[0]["argument"], argument, "{tool}: {told}");
        assert_eq!(told[0]["known"], known, "{tool}");
        assert_eq!(told[1], Value::Null);
    }
}

#[tokio::test]
async fn known_values_are_passed_over_in_silence() {
    for arguments in [
        json!({"query": "voucher", "projectKey": "shop", "status": "open"}),
        json!({"query": "voucher", "status": ["Open", "CLOSED"]}),
        json!({"query": "voucher", "projectKey": "OPS, shop"}),
    ] {
        let told = unknown("search_jira_tickets", arguments).await;
        assert_eq!(told, Value::Null);
    }
    let mail = json!({"query": "crane", "subject": "crane"});
    assert_eq!(unknown("search_outlook_emails", mail).await, Value::Null);
    let commits = json!({"query": "voucher", "filePattern": "src/**"});
    assert_eq!(unknown("search_git_commits", commits).await, Value::Null);
}

#[tokio::test]
async fn a_list_in_one_string_is_taken_apart_where_a_part_is_known() {
    let server = Server::of_company();
    let count = |status: &'static str| {
        let arguments = json!({"status": status});
        server.call("get_jira_ticket_count", arguments)
    };
    for (status, total, told) in [
        ("Closed, In Progress", 2, Value::Null),
        ("Open;Closed", 3, Value::Null),
        ("Open, Dropped", 2, json!("Dropped")),
        ("Dropped, Lost", 0, json!("Dropped, Lost")),
    ] {
        let answer = count(status).await;
        assert_eq!(answer["totalCount"], total, "{status}");
        assert_eq!(answer["unknownFilterValues"][0]["value"], told, "{status}");
    }
}

#[tokio::test]
async fn several_projects_are_counted_and_each_that_is_unknown_is_told() {
    let server = Server::of_company();
    for (keys, total, told) in [
        (json!("SHOP,OPS"), 4, json!([])),
        (json!(["ops", "SHOP"]), 4, json!([])),
        (json!(r#"["OPS", "NOPE"]"#), 1, json!(["NOPE"])),
        (json!("NOPE, NADA"), 0, json!(["NOPE", "NADA"])),
    ] {
        let arguments = json!({"projectKey": keys});
        let answer = server.call("get_jira_ticket_count", arguments).await;
        assert_eq!(answer["totalCount"], total, "{answer}");
        let unknown = answer["unknownFilterValues"].as_array();
        let values = unknown.into_iter().flatten();
        let values: Vec<_> = values.map(|unknown| unknown["value"].clone()).collect();
        assert_eq!(json!(values), told);
    }
}

#[tokio::test]
async fn who_may_name_certain_values_alone_is_told_of_no_other() {
    let mut server = Server::of_company();
    let constrained = server.view.tool("get_jira_ticket_count");
    server.view.constrained = constrained.into_iter().collect();
    let arguments = json!({"query": "", "status": ["No such"]});
    for (tool, known) in [
        ("search_jira_tickets", 0),
        ("get_jira_ticket_count", 0),
        ("search_git_commits", 2),
    ] {
        let mut arguments = arguments.clone();
        if tool == "search_git_commits" {
            arguments = json!({"query": "voucher", "author": "nobody"});
        }
        let answer = server.call(tool, arguments).await;
        let unknown = &answer["unknownFilterValues"][0];
        let told = unknown["known"].as_array().map(Vec::len);
        assert_eq!(told, Some(known), "{tool}: {answer}");
    }
}
