use mesh_tools::Block;
use serde_json::{Value, json};

use crate::support::{Records, Server};

const TOOL: &str = "query_aoma_knowledge";

#[tokio::test]
async fn a_question_is_answered_by_quotation() {
    let server = Server::of_company();
    let answer = server
        .call(TOOL, json!({"query": "How are late returns refunded?"}))
        .await;
    assert_eq!(answer["found"], true);
    assert_eq!(answer["strategy"], "focused");
    let best = &answer["citations"][0];
    assert_eq!(best["path"], "docs/refunds.md#late-returns");
    assert_eq!(best["title"], "Refund policy");
    assert_eq!(best["headings"], json!(["Late returns"]));
    assert_eq!(best["score"], answer["score"]);
    assert_eq!(best["quote"], Value::Null, "it is quoted once");
    let response = answer["response"].as_str().expect("a response");
    assert!(response.contains("refunded as a voucher"), "{response}");
    assert!(response.contains("[1] Refund policy › Late returns (docs/refunds.md#late-returns)"));
}

#[tokio::test]
async fn the_old_server_s_keys_are_all_there() {
    let server = Server::of_company();
    let answer = server
        .call(
            TOOL,
            json!({"query": "rollback", "context": "release night"}),
        )
        .await;
    let metadata = answer["metadata"].as_object().expect("metadata");
    assert_eq!(metadata["hasContext"], true);
    assert_eq!(metadata["threadId"], Value::Null);
    assert_eq!(metadata["version"], env!("CARGO_PKG_VERSION"));
    let timestamp = metadata["timestamp"].as_str().expect("a timestamp");
    assert!(
        timestamp.ends_with('Z') && timestamp.len() == 24,
        "{timestamp}"
    );
}

#[tokio::test]
async fn nothing_is_invented_where_nothing_matches() {
    let server = Server::of_company();
    let answer = server
        .call(
            TOOL,
            json!({"query": "chocolate soufflé recipe", "context": "late returns voucher"}),
        )
        .await;
    assert_eq!(answer["found"], false);
    assert_eq!(answer["citations"], json!([]));
    assert_eq!(answer["sources"][0]["name"], "index");
    assert_eq!(answer["sources"][0]["state"], "empty");
    let response = answer["response"].as_str().expect("a response");
    assert!(
        response.starts_with("not found in the knowledge base"),
        "{response}"
    );
}

#[tokio::test]
async fn a_miss_names_what_comes_closest_and_where_else_to_look() {
    let server = Server::of_company();
    let answer = server
        .call(
            TOOL,
            json!({"query": "late returns voucher", "threshold": 1}),
        )
        .await;
    assert_eq!(answer["found"], false);
    assert_eq!(answer["nearest"][0]["title"], "Refund policy");
    let response = answer["response"].as_str().expect("a response");
    for part in [
        ": 4 documents were searched",
        "Nearest: Refund policy › Late returns",
        "`search_jira_tickets`",
    ] {
        assert!(response.contains(part), "{part} in {response}");
    }
}

#[tokio::test]
async fn advice_names_only_tools_that_are_listed() {
    let server = Server::of(Records::default().knowledge());
    for query in ["zeppelin", "late returns voucher"] {
        let answer = server
            .call(TOOL, json!({"query": query, "threshold": 1}))
            .await;
        for tool in mesh_tools::registry::TOOLS {
            let is_listed = server.services.have(tool.needs);
            let is_named = answer.to_string().contains(&format!("`{}`", tool.name));
            assert!(is_listed || !is_named, "{}: {answer}", tool.name);
        }
    }
}

#[tokio::test]
async fn an_explicit_threshold_is_honoured() {
    let server = Server::of_company();
    let ask = |threshold: f64| {
        server.call(
            TOOL,
            json!({"query": "warehouse manager", "threshold": threshold, "maxResults": 20}),
        )
    };
    let low = ask(0.0).await;
    let citations = low["citations"].as_array().expect("citations");
    assert!(citations.len() >= 2, "{citations:?}");
    let best = low["score"].as_f64().expect("a score");
    let only_best = ask(best).await;
    assert_eq!(only_best["citations"][0], citations[0]);
    for citation in only_best["citations"].as_array().expect("citations") {
        assert!(citation["score"].as_f64().expect("a score") >= best);
    }
    assert_eq!(only_best["metadata"]["threshold"], json!(best));
    if best < 0.99 {
        assert_eq!(ask(best + 0.01).await["found"], false);
    }
}

#[tokio::test]
async fn results_are_bounded_and_aliases_are_understood() {
    let server = Server::of_company();
    let arguments =
        json!({"query": "refund", "max_results": 1, "strategy": "quick", "threshold": 0});
    let answer = server.call(TOOL, arguments).await;
    assert_eq!(answer["strategy"], "rapid");
    assert_eq!(answer["citations"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["metadata"]["maxResults"], 1);
}

#[tokio::test]
async fn unknown_arguments_are_named_and_bounds_are_kept() {
    let server = Server::of_company();
    let arguments =
        json!({"query": "refund", "maxResults": 500, "threshold": 7, "include_sources": true});
    let reply = server.reply(TOOL, arguments).await.expect("an answer");
    assert_eq!(reply.remarks.ignored, ["include_sources"]);
    assert_eq!(
        reply.remarks.adjusted,
        ["maxResults: 500 → 20", "threshold: 7 → 1.0"]
    );
    let Some(Block::Text(told)) = reply.blocks.last() else {
        panic!("text was expected");
    };
    assert!(
        told.starts_with("Arguments not used: include_sources. This tool takes query, strategy"),
        "{told}"
    );
    assert!(told.contains("maxResults: 500 → 20"), "{told}");
}

#[tokio::test]
async fn an_answer_stays_within_its_strategy_s_characters() {
    let server = Server::of_company();
    let question = format!("late returns refund rollback {}", "please ".repeat(250));
    for (strategy, most, citations) in [
        ("rapid", 1_500, 2),
        ("focused", 4_000, 4),
        ("comprehensive", 10_000, 8),
    ] {
        let arguments = json!({"query": question, "strategy": strategy, "threshold": 0});
        let answer = server.call(TOOL, arguments).await;
        assert!(answer.to_string().chars().count() <= most, "{strategy}");
        assert!(answer["citations"].as_array().expect("citations").len() <= citations);
    }
}

#[tokio::test]
async fn every_kind_of_file_is_cited_in_its_way() {
    let server = Server::of_company();
    let cited = async |query: &str| {
        let answer = server
            .call(TOOL, json!({"query": query, "maxResults": 1}))
            .await;
        answer["citations"][0].clone()
    };
    let text = cited("forklift keys").await;
    assert_eq!(text["path"], "notes/warehouse.txt:6");
    assert_eq!(text["line"], 6);
    let pdf = cited("helmets crane").await;
    assert_eq!(pdf["path"], "books/safety.pdf#page=7");
    assert_eq!(pdf["page"], 7);
    assert_eq!(pdf["line"], Value::Null);
}

#[tokio::test]
async fn context_chooses_among_answers() {
    let server = Server::of_company();
    let first = async |context: &str| {
        let arguments = json!({"query": "refunded", "context": context, "threshold": 0.05});
        server.call(TOOL, arguments).await["citations"][0]["path"].clone()
    };
    assert_eq!(
        first("photograph of damaged goods").await,
        "docs/refunds.md#damaged-goods"
    );
    assert_eq!(
        first("late returns, voucher, parcel").await,
        "docs/refunds.md#late-returns"
    );
}

#[tokio::test]
async fn a_citation_leads_to_its_document() {
    let server = Server::of_company();
    let answer = server
        .call(TOOL, json!({"query": "roll back a release"}))
        .await;
    let uri = answer["citations"][0]["uri"].as_str().expect("a uri");
    let document = server.read(uri).await.expect("the document");
    assert!(
        document.starts_with("\n## Rollback\n\nTo roll back a release"),
        "{document}"
    );
}

#[tokio::test]
async fn a_blank_or_endless_question_is_refused() {
    let server = Server::of_company();
    for query in [json!(" "), json!("x".repeat(2001)), json!({"a": 7})] {
        let refusal = server.refusal(TOOL, json!({"query": query})).await;
        assert_eq!(refusal.kind(), "invalid_arguments");
    }
    let refusal = server
        .refusal(TOOL, json!({"query": "refund", "strategy": "thorough"}))
        .await;
    assert!(refusal.to_string().contains("`strategy`"), "{refusal}");
}
