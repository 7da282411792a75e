//! A task prepared from what vendors have: in the index's place, beside it, and where a vendor fails.

use std::time::Duration;

use mesh_fakes::openai::{Behaviour, Operation};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_index::Corpus;
use mesh_tools::{CorpusHandle, ToolError};
use serde_json::{Value, json};

use crate::in_database::{ticket, world};
use crate::support::Server;
use crate::vendors::{STORE, beside, key_and_store, openai};

const TOOL: &str = "analyze_development_context";
const TICKETS: &str = "rpc/search_jira_tickets_semantic";
const COMMITS: &str = "rpc/search_git_commits_semantic";
const CODE: &str = "rpc/search_code_files_semantic";
const PASSAGES: &str = "rpc/match_aoma_vectors";

fn task() -> Value {
    json!({"currentTask": "Stop vouchers for late returns from being printed twice"})
}

fn commit(hash: &str) -> Value {
    json!({
        "commit_hash": hash, "commit_message": "voucher: keep the queue", "author_name": "Ada",
        "author_email": "ada@example.com", "commit_date": "2026-01-02T03:04:05+00:00", "repository_name": "shop",
        "files_changed": ["shop/src/queue.rs"], "additions": 4, "deletions": 1, "diff_summary": null, "similarity": 0.5,
    })
}

fn file(path: &str, similarity: f32) -> Value {
    json!({
        "file_path": path, "file_name": null, "file_extension": "rs", "language": "Rust", "content_preview": "fn queue() {}",
        "content_summary": null, "repository_name": "shop", "line_count": 9, "last_modified": null,
        "similarity": similarity,
    })
}

fn passage(name: &str, text: &str, about: &Value) -> Value {
    json!({
        "id": "1", "content": text, "created_at": null, "metadata": about, "similarity": 0.6, "source_id": name,
        "source_type": "knowledge",
    })
}

fn holds(database: &PostgRest, tickets: &Value, commits: &Value, code: &Value) {
    let none = &json!([]);
    for (function, rows) in [
        (TICKETS, tickets),
        (COMMITS, commits),
        (CODE, code),
        (PASSAGES, none),
    ] {
        database.answer(function, [Answer::json(200, rows)]);
    }
}

/// What each row of a kind has in a member, and whether it has an address.
fn rows<'a>(answer: &'a Value, kind: &str, member: &str) -> Vec<(&'a str, bool)> {
    let rows = answer[kind].as_array().expect("rows");
    let row = |row: &'a Value| {
        let named = row[member].as_str().expect("a name");
        (named, row.get("uri").is_some())
    };
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn a_task_is_prepared_from_the_database_alone() {
    let world = world(Server::without_corpus()).await;
    holds(
        &world.database,
        &json!([ticket("ITSM-7", 0.7)]),
        &json!([commit("0123abcd")]),
        &json!([
            file("shop/src/queue.rs", 0.6),
            file("shop/tests/queue.rs", 0.5)
        ]),
    );
    let answer = world.server.call(TOOL, task()).await;
    assert_eq!(rows(&answer, "tickets", "key"), [("ITSM-7", false)]);
    assert_eq!(
        answer["tickets"][0]["url"],
        "https://jira.example.com/browse/ITSM-7"
    );
    assert_eq!(rows(&answer, "commits", "hash"), [("0123abcd", false)]);
    assert_eq!(
        rows(&answer, "code", "path"),
        [("shop/src/queue.rs", false), ("shop/tests/queue.rs", false)]
    );
    assert_eq!(
        rows(&answer, "tests", "path"),
        [("shop/tests/queue.rs", false)]
    );
    let leads = answer["lookFirst"].as_array().expect("leads");
    let mut references: Vec<_> = leads.iter().map(|lead| &lead["ref"]).collect();
    references.sort_by_key(|reference| reference.to_string());
    assert_eq!(
        references,
        [
            "0123abcd",
            "ITSM-7",
            "shop/src/queue.rs",
            "shop/tests/queue.rs"
        ]
    );
    assert_eq!(answer["incomplete"], json!([]));
    assert_eq!(answer["metadata"]["notIndexed"], json!([]));
    assert_eq!(world.openai.requests().len(), 1);
}

#[tokio::test]
async fn what_both_have_is_there_once_and_can_be_read() {
    let world = world(Server::of_company()).await;
    holds(
        &world.database,
        &json!([ticket("ITSM-7", 0.7), ticket("SHOP-7", 0.6)]),
        &json!([commit("a1b2c3d4e5f60718293a4b5c6d7e8f9001122334")]),
        &json!([file("shop/src/voucher.rs", 0.7)]),
    );
    let alone = Server::of_company().call(TOOL, task()).await;
    let answer = world.server.call(TOOL, task()).await;
    let mut tickets = rows(&answer, "tickets", "key");
    let mut expected = rows(&alone, "tickets", "key");
    assert!(expected.contains(&("SHOP-7", true)), "{expected:?}");
    expected.push(("ITSM-7", false));
    tickets.sort_unstable();
    expected.sort_unstable();
    assert_eq!(tickets, expected);
    for (kind, member) in [("commits", "hash"), ("code", "path"), ("tests", "path")] {
        let (mut both, mut indexed) = (rows(&answer, kind, member), rows(&alone, kind, member));
        both.sort_unstable();
        indexed.sort_unstable();
        assert_eq!(both, indexed);
    }
    assert_eq!(answer["metadata"]["notIndexed"], json!([]));
}

#[tokio::test]
async fn a_database_at_fault_leaves_the_index_and_is_named() {
    let world = world(Server::of_company()).await;
    holds(&world.database, &json!([]), &json!([]), &json!([]));
    let denied = Answer::fault(403, "42501", "permission denied for function");
    world.database.answer(COMMITS, [denied]);
    let alone = Server::of_company().call(TOOL, task()).await;
    let answer = world.server.call(TOOL, task()).await;
    assert_eq!(answer["lookFirst"], alone["lookFirst"]);
    let incomplete = answer["incomplete"].as_array().expect("a list");
    let [only] = incomplete.as_slice() else {
        panic!("one part, not {incomplete:?}");
    };
    let only = only.as_str().expect("words");
    assert!(
        only.starts_with("commits of the database: Supabase: a grant is missing"),
        "{only}"
    );
}

#[tokio::test]
async fn a_late_database_costs_no_more_than_its_part() {
    let world = world(Server::of_company()).await;
    holds(&world.database, &json!([]), &json!([]), &json!([]));
    world.database.answer(CODE, [Answer::never()]);
    let cx = world.server.context_for(Duration::from_secs(2));
    let reply = world.server.reply_to(cx, TOOL, task()).await;
    let answer = reply.expect("an answer").structured.expect("JSON");
    assert!(!rows(&answer, "code", "path").is_empty());
    let incomplete = answer["incomplete"].to_string();
    assert!(
        incomplete.starts_with("[\"code of the database: no answer within"),
        "{incomplete}"
    );
}

#[tokio::test]
async fn without_a_vector_tickets_are_found_by_words_and_the_rest_is_named() {
    let world = world(Server::without_corpus()).await;
    world.openai.next(Operation::Embed, Behaviour::Status(400));
    holds(
        &world.database,
        &json!([ticket("ITSM-7", 0.7)]),
        &json!([commit("0123abcd")]),
        &json!([]),
    );
    let answer = world.server.call(TOOL, task()).await;
    assert_eq!(rows(&answer, "tickets", "key"), [("ITSM-7", false)]);
    let incomplete = answer["incomplete"].as_array().expect("a list");
    let parts = incomplete.iter().map(|part| {
        let part = part.as_str().expect("words");
        part.split(": ").take(2).collect::<Vec<_>>().join(": ")
    });
    assert_eq!(
        parts.collect::<Vec<_>>(),
        [
            "knowledge of the database: OpenAI",
            "commits of the database: OpenAI",
            "code of the database: OpenAI"
        ]
    );
    assert_eq!(world.openai.requests().len(), 1);
}

#[tokio::test]
async fn nothing_in_the_database_is_told_and_a_database_that_fails_is_an_error() {
    let world = world(Server::without_corpus()).await;
    holds(&world.database, &json!([]), &json!([]), &json!([]));
    let answer = world.server.call(TOOL, task()).await;
    assert_eq!(answer["lookFirst"], json!([]));
    assert_eq!(answer["incomplete"], json!([]));
    let missing = Answer::fault(404, "PGRST202", "Could not find the function");
    world.database.answer(TICKETS, [missing]);
    let refused = world.server.refusal(TOOL, task()).await;
    assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
}

const VOUCHERS: &str = "Vouchers for late returns are printed once, by the queue of the shop.";

#[tokio::test]
async fn passages_of_the_database_lead_to_where_people_open_them() {
    let world = world(Server::without_corpus()).await;
    holds(&world.database, &json!([]), &json!([]), &json!([]));
    let about = json!({
        "title": "Vouchers", "path": "docs/vouchers.md", "uri": "aoma://doc/vouchers#once",
        "url": "https://wiki.example.com/vouchers",
    });
    let rows = json!([passage("vouchers", VOUCHERS, &about)]);
    world.database.answer(PASSAGES, [Answer::json(200, &rows)]);
    let answer = world.server.call(TOOL, task()).await;
    let [found] = answer["knowledge"].as_array().expect("rows").as_slice() else {
        panic!("one passage in {answer}");
    };
    assert_eq!(found["quote"], VOUCHERS);
    assert_eq!(found["url"], "https://wiki.example.com/vouchers");
    assert_eq!(found.get("uri"), None, "this server cannot read it");
    assert_eq!(answer["lookFirst"][0]["ref"], "docs/vouchers.md");
    assert_eq!(answer["incomplete"], json!([]));
    let requests = world.database.requests();
    let asked = requests.iter().find(|asked| asked.path.ends_with(PASSAGES));
    let sent = asked.expect("the passages were asked for").json();
    assert_eq!(sent["query_text"], task()["currentTask"]);
    assert_eq!(sent["match_count"], 6);
    assert_eq!(world.openai.requests().len(), 1, "one vector for all kinds");
}

#[tokio::test]
async fn a_vector_store_alone_is_enough_to_prepare_a_task() {
    let openai = openai().await;
    openai.add_file(STORE, "vouchers.md", VOUCHERS, json!({"title": "Vouchers"}));
    let server = beside(Server::without_corpus(), &openai, &key_and_store()).await;
    let answer = server.call(TOOL, task()).await;
    assert_eq!(
        rows(&answer, "knowledge", "path"),
        [("vouchers.md", false)],
        "{answer}"
    );
    assert_eq!(answer["lookFirst"][0]["ref"], "vouchers.md");
    assert_eq!(
        answer["metadata"]["notIndexed"],
        json!(["tickets", "commits", "code"])
    );
}

#[tokio::test]
async fn passages_of_both_are_there_once_and_a_store_at_fault_is_named() {
    let openai = openai().await;
    let alone = Server::of_company().call(TOOL, task()).await;
    let known = rows(&alone, "knowledge", "path");
    assert!(!known.is_empty());
    let late = "A parcel that comes back after thirty days is refunded as a voucher. The warehouse manager signs each voucher.";
    openai.add_file(STORE, "refunds.md", late, json!({}));
    openai.add_file(STORE, "vouchers.md", VOUCHERS, json!({}));
    let server = beside(Server::of_company(), &openai, &key_and_store()).await;
    let answer = server.call(TOOL, task()).await;
    let mut both = rows(&answer, "knowledge", "path");
    both.retain(|(path, _)| *path != "vouchers.md");
    assert_eq!(both, known, "{answer}");
    assert!(answer["knowledge"].to_string().contains(VOUCHERS));

    openai.next(Operation::Search, Behaviour::Status(400));
    let answer = server.call(TOOL, task()).await;
    assert_eq!(rows(&answer, "knowledge", "path"), known);
    let incomplete = answer["incomplete"][0].as_str().expect("words");
    assert!(
        incomplete.starts_with("knowledge of the vector store: OpenAI: "),
        "{incomplete}"
    );
}

/// The database alone would do for the tool, so nobody else has waited for the index.
#[tokio::test]
async fn an_index_on_its_way_is_waited_for_beside_what_the_database_has() {
    let mut world = world(Server::without_corpus()).await;
    let none = &json!([]);
    holds(&world.database, none, none, none);
    let company = Server::of_company();
    let folder = company.folder().to_owned();
    let fetch = move || {
        let folder = folder.clone();
        Box::pin(async move { Corpus::open(&folder).map_err(|error| error.to_string()) }) as _
    };
    world.server.services.corpus_handle = CorpusHandle::remote(Box::new(fetch));
    let alone = company.call(TOOL, task()).await;
    let answer = world.server.call(TOOL, task()).await;
    assert!(answer["lookFirst"][0]["ref"].is_string(), "{answer}");
    assert_eq!(answer["lookFirst"], alone["lookFirst"]);
    assert_eq!(answer["incomplete"], json!([]));
}

#[tokio::test]
async fn an_index_that_cannot_be_had_is_named_and_nothing_is_said_of_what_it_has() {
    let mut world = world(Server::without_corpus()).await;
    let none = &json!([]);
    holds(&world.database, &json!([ticket("ITSM-7", 0.7)]), none, none);
    let fetch = || Box::pin(async { Err("the bucket is gone".to_owned()) }) as _;
    world.server.services.corpus_handle = CorpusHandle::remote(Box::new(fetch));
    let answer = world.server.call(TOOL, task()).await;
    assert_eq!(rows(&answer, "tickets", "key"), [("ITSM-7", false)]);
    let incomplete = answer["incomplete"].to_string();
    for kind in ["knowledge", "tickets", "commits", "code", "tests"] {
        let named = format!("{kind}: the bucket is gone");
        assert!(incomplete.contains(&named), "{incomplete}");
    }
    assert_eq!(answer["metadata"]["notIndexed"], json!([]));

    holds(&world.database, none, none, none);
    let refused = world.server.refusal(TOOL, task()).await;
    assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
}
