use mesh_index::Kind;
use mesh_tools::CorpusHandle;
use mesh_tools::registry::TOOLS;
use mesh_tools::system::indexed_sources;
use serde_json::{Value, json};

use crate::support::{Records, Server};

const TOOL: &str = "get_server_capabilities";

fn names(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().expect("rows");
    rows.iter().filter_map(|row| row["name"].as_str()).collect()
}

#[tokio::test]
async fn all_is_listed_where_all_is_indexed() {
    let answer = Server::of_company().call(TOOL, json!({})).await;
    let server = &answer["server"];
    assert_eq!(server["name"], "aoma-mesh-mcp");
    assert_eq!(server["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(server["environment"], "test");
    let indexed = server["indexed"].as_str().expect("what is indexed");
    assert!(
        indexed.starts_with(
            "Indexed here: 4 documents (knowledge), 4 tickets (tickets; last updated 2026-03-31), 2 commits (git; \
             newest 2026-05-20), 3 source files (code), 2 messages (mail; newest 2026-06-01); read on 2"
        ),
        "{indexed}"
    );
    let of_corpus = TOOLS.iter().filter(|tool| !tool.family.is_open());
    let all: Vec<_> = of_corpus.map(|tool| tool.name.as_str()).collect();
    assert_eq!(names(&answer["tools"]), all);
    assert_eq!(answer["resources"].as_array().map(Vec::len), Some(11));
    assert_eq!(answer["prompts"].as_array().map(Vec::len), Some(3));
}

#[test]
fn what_is_told_beside_a_tool_says_nothing_that_a_corpus_read_anew_changes() {
    let server = Server::of_company();
    let told = |kinds: &[Kind]| indexed_sources(&server.services, kinds);
    assert_eq!(
        told(&Kind::ALL).as_deref(),
        Some(
            "Indexed here: documents (knowledge), tickets (tickets), commits (git), source files (code), messages (mail)."
        )
    );
    assert_eq!(told(&[]), None);
}

#[tokio::test]
async fn what_has_nothing_behind_it_is_not_listed() {
    let answer = Server::of(Records::default().tickets())
        .call(TOOL, json!({}))
        .await;
    assert_eq!(
        names(&answer["tools"]),
        [
            "search_jira_tickets",
            "get_jira_ticket_count",
            "search",
            "fetch",
            "analyze_development_context",
            "get_system_health",
            "get_server_capabilities"
        ]
    );
    let none = Server::without_corpus().call(TOOL, json!({})).await;
    assert_eq!(
        names(&none["tools"]),
        ["get_system_health", "get_server_capabilities"]
    );
}

#[tokio::test]
async fn every_example_is_accepted() {
    let readme = ("Read me", ["Start"].as_slice());
    let server = Server::of(Records::company().passage("README.md", None, readme, "Begin here."));
    let answer = server.call(TOOL, json!({"includeExamples": true})).await;
    for tool in answer["tools"].as_array().expect("tools") {
        let name = tool["name"].as_str().expect("a name");
        let reply = server
            .reply(name, tool["example"].clone())
            .await
            .expect("an answer");
        assert!(reply.remarks.is_empty(), "{name}: {:?}", reply.remarks);
    }
}

#[tokio::test]
async fn a_corpus_on_its_way_is_told_apart_from_none() {
    let features = async |server: &Server| {
        let answer = server.call(TOOL, json!({})).await;
        answer["features"].clone()
    };
    let mut server = Server::without_corpus();
    assert_eq!(
        features(&server).await,
        json!(["no corpus is configured: tools that search documents are not listed"])
    );
    server.services.corpus_handle =
        CorpusHandle::remote(Box::new(|| Box::pin(std::future::pending())));
    assert_eq!(
        features(&server).await,
        json!(["the corpus is not here yet: what it holds is named once it is"])
    );
}
