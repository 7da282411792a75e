use mesh_clients::supabase::{SupabaseError, Table, Vector};
use mesh_fakes::postgrest::Answer;
use serde::Serialize;
use serde_json::json;

use crate::support::{Database, key, soon};

const COMMITS: Table = Table {
    name: "git_commits",
    key: &["repository_name", "commit_hash"],
};

#[derive(Serialize)]
struct Commit {
    repository_name: &'static str,
    commit_hash: &'static str,
    embedding: Option<Vector<'static>>,
}

#[tokio::test]
async fn rows_are_merged_with_those_of_the_same_key() {
    let database = Database::start().await;
    database
        .fake
        .answer("git_commits", [Answer::text(201, "text/plain", "")]);
    let commit = |commit_hash, embedding| Commit {
        repository_name: "mesh",
        commit_hash,
        embedding,
    };
    let rows = [commit("a1", Some(Vector(&[0.5, 1.0]))), commit("b2", None)];
    let written = database.client.upsert(&key(), COMMITS, &rows, soon()).await;
    assert_eq!(written, Ok(()));
    let asked = &database.fake.requests()[0];
    assert_eq!(
        asked.query,
        [(
            "on_conflict".to_owned(),
            "repository_name,commit_hash".to_owned()
        )]
    );
    assert_eq!(
        asked.headers["prefer"],
        "resolution=merge-duplicates,return=minimal"
    );
    assert_eq!(
        asked.json(),
        json!([
            {"repository_name": "mesh", "commit_hash": "a1", "embedding": "[0.5,1]"},
            {"repository_name": "mesh", "commit_hash": "b2", "embedding": null},
        ])
    );
}

#[tokio::test]
async fn rows_are_deleted_by_the_values_of_a_column_and_never_all() {
    let database = Database::start().await;
    database
        .fake
        .answer("emails", [Answer::text(204, "text/plain", "")]);
    let none: [&str; 0] = [];
    let client = &database.client;
    let deleted = client
        .delete(&key(), "emails", "message_id", &none, soon())
        .await;
    assert_eq!(deleted, Ok(()));
    assert!(database.fake.requests().is_empty());

    let ids = ["<1@example.com>", "\"),(x"];
    let deleted = client
        .delete(&key(), "emails", "message_id", &ids, soon())
        .await;
    assert_eq!(deleted, Ok(()));
    let asked = &database.fake.requests()[0];
    assert_eq!(asked.method, "DELETE");
    assert_eq!(
        asked.query,
        [(
            "message_id".to_owned(),
            r#"in.("<1@example.com>","\"),(x")"#.to_owned()
        )]
    );
}

#[tokio::test]
async fn a_row_that_the_database_refuses_is_told_without_its_values() {
    let database = Database::start().await;
    let told = r#"null value in column "commit_hash" of relation "git_commits" violates not-null constraint"#;
    database
        .fake
        .answer("git_commits", [Answer::fault(400, "23502", told)]);
    let rows = [json!({"repository_name": "mesh"})];
    let written = database.client.upsert(&key(), COMMITS, &rows, soon()).await;
    let expected = SupabaseError::BadRequest {
        code: "23502".to_owned(),
        message: "null value in column".to_owned(),
    };
    assert_eq!(written, Err(expected));
}
