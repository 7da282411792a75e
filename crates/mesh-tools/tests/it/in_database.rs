//! Tickets, commits, code and mail of the database: beside the index, in its place, and where it fails.

use std::time::Duration;

use mesh_core::Parameter;
use mesh_fakes::openai::{Behaviour, FakeOpenAi, Operation};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_tools::ToolError;
use serde_json::{Value, json};

use crate::support::Server;
use crate::vendors::{Values, beside, key, openai};

const TICKETS: &str = "search_jira_tickets";
const SEMANTIC: &str = "rpc/search_jira_tickets_semantic";

pub(crate) struct World {
    pub(crate) openai: FakeOpenAi,
    pub(crate) database: PostgRest,
    pub(crate) server: Server,
}

pub(crate) async fn world(server: Server) -> World {
    world_with(server, key()).await
}

/// Without a key of OpenAI.
pub(crate) async fn world_of_words(server: Server) -> World {
    world_with(server, Values::of(&[])).await
}

async fn world_with(server: Server, values: Values) -> World {
    let (openai, database) = (openai().await, PostgRest::start().await);
    values.set(Parameter::SupabaseUrl, database.url());
    values.set(
        Parameter::SupabaseServiceRoleKey,
        "sb_secret_0123456789abcdef",
    );
    let server = beside(server, &openai, &values)
        .await
        .linked_to("https://jira.example.com");
    World {
        openai,
        database,
        server,
    }
}

pub(crate) fn ticket(key: &str, similarity: f32) -> Value {
    json!({
        "key": key, "summary": "Upload fails after the SSO change", "status": "Open", "priority": "High",
        "project_key": "ITSM", "similarity": similarity,
    })
}

fn keys(answer: &Value) -> Vec<&str> {
    let rows = answer["results"].as_array().expect("results");
    rows.iter()
        .map(|row| row["key"].as_str().expect("a key"))
        .collect()
}

#[tokio::test]
async fn the_database_is_searched_in_place_of_an_index() {
    let world = world(Server::without_corpus()).await;
    let rows = json!([ticket("ITSM-7", 0.6), ticket("ITSM-9", 0.1)]);
    world.database.answer(SEMANTIC, [Answer::json(200, &rows)]);
    let arguments =
        json!({"query": "upload fails", "projectKey": "ITSM", "status": ["Open"], "maxResults": 5});
    let answer = world.server.call(TICKETS, arguments).await;
    assert_eq!(keys(&answer), ["ITSM-7", "ITSM-9"]);
    assert_eq!(
        answer["results"][0]["url"],
        "https://jira.example.com/browse/ITSM-7"
    );
    assert_eq!(answer["results"][0].get("uri"), None);
    assert_eq!(answer["metadata"]["searchMethod"], "vector");
    assert_eq!(answer["sources"][0]["name"], "database");
    let sent = world.database.requests()[0].json();
    assert_eq!(
        sent["p_filters"],
        json!({"project_key": "ITSM", "status": ["Open"]})
    );
    assert_eq!(
        (&sent["p_max_results"], &sent["p_query_text"]),
        (&json!(5), &json!("upload fails"))
    );
}

#[tokio::test]
async fn what_both_have_is_there_once_and_as_the_index_has_it() {
    let world = world(Server::of_company()).await;
    let alone = Server::of_company();
    let query = json!({"query": "voucher"});
    let indexed = alone.call(TICKETS, query.clone()).await;
    let first = keys(&indexed)[0].to_owned();
    let rows = json!([ticket(&first, 0.7), ticket("ITSM-7", 0.5)]);
    world.database.answer(SEMANTIC, [Answer::json(200, &rows)]);
    let answer = world.server.call(TICKETS, query).await;
    let found = keys(&answer);
    assert_eq!(found[0], first);
    assert_eq!(
        found.iter().filter(|key| **key == first).count(),
        1,
        "{found:?}"
    );
    assert!(found.contains(&"ITSM-7"), "{found:?}");
    assert_eq!(
        answer["results"][0]["uri"],
        format!("jira://ticket/{first}")
    );
}

#[tokio::test]
async fn lists_in_one_string_are_taken_apart_for_the_database_too() {
    let arguments =
        json!({"query": "upload", "projectKey": "ITSM, AOMA", "status": ["Open, Done"]});
    for server in [Server::without_corpus(), Server::of_company()] {
        let world = world(server).await;
        world.database.answer(
            SEMANTIC,
            [Answer::json(200, &json!([ticket("AOMA-2", 0.6)]))],
        );
        let answer = world.server.call(TICKETS, arguments.clone()).await;
        assert_eq!(keys(&answer), ["AOMA-2"]);
        assert_eq!(
            answer.get("unknownFilterValues"),
            None,
            "the database may have them"
        );
        let sent = &world.database.requests()[0].json()["p_filters"];
        assert_eq!(sent["project_key"], json!(["ITSM", "AOMA"]));
        assert_eq!(sent["status"], json!(["Open", "Done"]));
    }
}

#[tokio::test]
async fn a_row_that_only_holds_the_words_is_no_better_than_that() {
    let world = world(Server::without_corpus()).await;
    world.database.answer(
        SEMANTIC,
        [Answer::json(200, &json!([ticket("ITSM-9", 0.1)]))],
    );
    let usual = world.server.call(TICKETS, json!({"query": "ITSM-9"})).await;
    assert_eq!(usual["results"][0]["similarity"], 0.3);
    let strict = world
        .server
        .call(TICKETS, json!({"query": "ITSM-9", "threshold": 0.9}))
        .await;
    assert_eq!(keys(&strict), [""; 0]);
}

#[tokio::test]
async fn a_stalled_embedding_leaves_time_to_search_by_words() {
    let world = world(Server::without_corpus()).await;
    world
        .openai
        .next(Operation::Embed, Behaviour::Stall(Duration::from_secs(30)));
    world.database.answer(
        SEMANTIC,
        [Answer::json(200, &json!([ticket("ITSM-7", 0.5)]))],
    );
    let cx = world.server.context_for(Duration::from_secs(3));
    let reply = world
        .server
        .reply_to(cx, TICKETS, json!({"query": "upload fails"}))
        .await;
    let answer = reply.expect("an answer").structured.expect("content");
    assert_eq!(keys(&answer), ["ITSM-7"]);
    assert_eq!(answer["metadata"]["searchMethod"], "text");
}

#[tokio::test]
async fn without_a_vector_tickets_are_searched_by_words() {
    let world = world(Server::without_corpus()).await;
    world.openai.next(Operation::Embed, Behaviour::Status(400));
    world.database.answer(
        SEMANTIC,
        [Answer::json(200, &json!([ticket("ITSM-7", 0.5)]))],
    );
    let answer = world
        .server
        .call(TICKETS, json!({"query": "upload fails"}))
        .await;
    assert_eq!(keys(&answer), ["ITSM-7"]);
    assert_eq!(answer["metadata"]["searchMethod"], "text");
    assert_eq!(
        world.database.requests()[0].json()["search_query"],
        "upload fails"
    );
}

#[tokio::test]
async fn a_database_at_fault_leaves_the_index_and_is_named() {
    let beside_index = world(Server::of_company()).await;
    let missing = || Answer::fault(404, "PGRST202", "Could not find the function");
    beside_index.database.answer(SEMANTIC, [missing()]);
    let answer = beside_index
        .server
        .call(TICKETS, json!({"query": "voucher"}))
        .await;
    assert!(!keys(&answer).is_empty());
    let sources = answer["sources"].as_array().expect("sources");
    let database = sources
        .iter()
        .find(|source| source["name"] == "database")
        .expect("is named");
    assert_eq!(database["state"], "failed");
    assert!(
        database["error"]
            .as_str()
            .expect("why")
            .contains("run the migrations"),
        "{database}"
    );

    let alone = world(Server::without_corpus()).await;
    alone.database.answer(SEMANTIC, [missing()]);
    let refused = alone
        .server
        .refusal(TICKETS, json!({"query": "voucher"}))
        .await;
    assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
}

#[tokio::test]
async fn without_words_only_the_index_lists() {
    let indexed = world(Server::of_company()).await;
    let newest = indexed
        .server
        .call(TICKETS, json!({"query": "", "projectKey": "SHOP"}))
        .await;
    assert!(!keys(&newest).is_empty());
    assert!(indexed.database.requests().is_empty());
    let alone = world(Server::without_corpus()).await;
    let refused = alone.server.refusal(TICKETS, json!({"query": " "})).await;
    let told = refused.to_string();
    assert!(
        told.starts_with("query cannot be empty: only what is indexed"),
        "{told}"
    );
}

#[tokio::test]
async fn tickets_are_counted_by_the_database_and_by_the_index_where_it_fails() {
    let rows = json!([{"project_key": "AOMA", "count": 3}, {"project_key": "ITSM", "count": 40}]);
    let counting = "rpc/count_jira_tickets_by_project";
    let world_ = world(Server::of_company()).await;
    world_.database.answer(counting, [Answer::json(200, &rows)]);
    let counted = world_
        .server
        .call("get_jira_ticket_count", json!({"status": ["Open"]}))
        .await;
    assert_eq!(counted["totalCount"], 43);
    assert_eq!(
        counted["projectBreakdown"][0],
        json!({"project": "ITSM", "count": 40})
    );
    assert_eq!(
        world_.database.requests()[0].json()["p_status_filter"],
        json!(["Open"])
    );
    let one = world_
        .server
        .call("get_jira_ticket_count", json!({"projectKey": "aoma"}))
        .await;
    assert_eq!(
        (&one["totalCount"], one.get("projectBreakdown")),
        (&json!(3), None)
    );

    let failing = world(Server::of_company()).await;
    failing
        .database
        .answer(counting, [Answer::fault(403, "42501", "permission denied")]);
    let counted = failing
        .server
        .call("get_jira_ticket_count", json!({}))
        .await;
    let indexed = Server::of_company()
        .call("get_jira_ticket_count", json!({}))
        .await;
    assert_eq!(counted["totalCount"], indexed["totalCount"]);
    assert_eq!(counted["sources"][0]["state"], "failed");
}

#[tokio::test]
async fn without_a_key_of_openai_tickets_are_searched_by_words() {
    let world = world_of_words(Server::without_corpus()).await;
    let rows = json!([ticket("ITSM-7", 0.5)]);
    world.database.answer(SEMANTIC, [Answer::json(200, &rows)]);
    let query = json!({"query": "upload fails", "projectKey": "ITSM"});
    let answer = world.server.call(TICKETS, query).await;
    assert_eq!(keys(&answer), ["ITSM-7"]);
    assert_eq!(answer["metadata"]["searchMethod"], "text");
    assert_eq!(answer["sources"][0]["state"], "searched");
    let sent = world.database.requests()[0].json();
    assert_eq!(sent["search_query"], "upload fails");
    assert_eq!(sent["filters"], json!({"project_key": "ITSM"}));
    assert!(world.openai.requests().is_empty());
}

#[tokio::test]
async fn without_a_key_of_openai_the_rest_is_searched_by_words_too() {
    let world = world_of_words(Server::without_corpus()).await;
    for (tool, function) in [
        ("search_git_commits", "rpc/search_git_commits_semantic"),
        ("search_code_files", "rpc/search_code_files_semantic"),
        ("search_outlook_emails", "rpc/search_emails_semantic"),
    ] {
        world
            .database
            .answer(function, [Answer::json(200, &json!([]))]);
        let answer = world.server.call(tool, json!({"query": "the login"})).await;
        assert_eq!(answer["metadata"]["searchMethod"], "text", "{tool}");
        assert_eq!(answer["sources"][0]["state"], "empty", "{tool}");
    }
    let sent: Vec<_> = world
        .database
        .requests()
        .iter()
        .map(|one| one.json())
        .collect();
    let is_by_words =
        |sent: &Value| sent["p_query_embedding"].is_null() && sent["p_query_text"] == "the login";
    assert!(sent.iter().all(is_by_words), "{sent:?}");
    assert!(world.openai.requests().is_empty());
}

#[tokio::test]
async fn without_a_key_of_openai_answers_are_quoted_from_the_database() {
    let world = world_of_words(Server::without_corpus()).await;
    let row = json!({
        "id": "1", "content": "A login lasts eight hours.", "created_at": null, "metadata": {"title": "Logins"},
        "similarity": 0.0, "source_id": "logins.md", "source_type": "knowledge",
    });
    let passages = "rpc/match_aoma_vectors";
    world
        .database
        .answer(passages, [Answer::json(200, &json!([row]))]);
    let question = json!({"query": "how long does a login last?"});
    let answer = world.server.call("query_aoma_knowledge", question).await;
    let response = answer["response"].as_str().expect("words");
    assert!(
        response.starts_with("A login lasts eight hours. [1]"),
        "{response}"
    );
    let sent = world.database.requests()[0].json();
    assert_eq!(sent["query_embedding"], Value::Null);
    assert!(world.openai.requests().is_empty());
}

#[tokio::test]
async fn commits_code_and_mail_come_from_the_database_too() {
    let world = world(Server::without_corpus()).await;
    let commit = json!({
        "commit_hash": "0123abcd", "commit_message": "fix the login", "author_name": "Ada", "author_email": "ada@example.com",
        "commit_date": "2026-01-02T03:04:05+00:00", "repository_name": "shop", "files_changed": ["src/a.rs"], "additions": 4,
        "deletions": 1, "diff_summary": "1 file", "similarity": 0.5,
    });
    let code = json!({
        "file_path": "src/a.rs", "file_name": "a.rs", "file_extension": "rs", "language": "rust", "content_preview": "fn a() {}",
        "content_summary": "a", "repository_name": "shop", "line_count": 1, "last_modified": null, "similarity": 0.5,
    });
    let mail = json!({
        "message_id": "m1@example.com", "subject": "login", "from_email": "ada@example.com", "from_name": "Ada",
        "to_emails": ["bob@example.com"], "sent_at": "2026-01-02T03:04:05+00:00", "has_attachments": false,
        "body_preview": "it is mended", "similarity": 0.5,
    });
    for (tool, function, row, member, expected) in [
        (
            "search_git_commits",
            "rpc/search_git_commits_semantic",
            commit,
            "filesChanged",
            json!(["src/a.rs"]),
        ),
        (
            "search_code_files",
            "rpc/search_code_files_semantic",
            code,
            "preview",
            json!("fn a() {}"),
        ),
        (
            "search_outlook_emails",
            "rpc/search_emails_semantic",
            mail,
            "from",
            json!("Ada <ada@example.com>"),
        ),
    ] {
        world
            .database
            .answer(function, [Answer::json(200, &json!([row]))]);
        let answer = world.server.call(tool, json!({"query": "the login"})).await;
        assert_eq!(answer["results"][0][member], expected, "{tool}: {answer}");
        assert_eq!(answer["metadata"]["searchMethod"], "vector");
    }
    let refused = world
        .server
        .refusal(
            "search_outlook_emails",
            json!({"query": "login", "priority": ["high"]}),
        )
        .await;
    assert!(
        refused.to_string().contains("keeps no `priority`"),
        "{refused}"
    );
    let of_ada = json!({"query": "login", "assignee": "Ada"});
    let refused = world.server.refusal("search_jira_tickets", of_ada).await;
    assert!(
        refused.to_string().contains("`assignee` of tickets"),
        "{refused}"
    );
}
