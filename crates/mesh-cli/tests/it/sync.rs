//! `mesh sync` against a database and a vector store that keep what they are sent.

mod database;
mod faults;
mod store;

use std::fs;

use serde_json::json;

use crate::support::vendors::{STORE, Vendors};
use crate::support::{mesh, ran, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing_and_tells_what_it_would_cost() {
    let vendors = Vendors::start().await;
    let ran = vendors.sync(&["--dry-run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        told[..7],
        [
            "nothing is sent; this would be done:",
            "database, knowledge: 3 added, 0 changed, 0 removed, 0 unchanged",
            "database, ticket: 2 added, 0 changed, 0 removed, 0 unchanged",
            "database, commit: 0 added, 0 changed, 0 removed, 0 unchanged",
            "database, code: 1 added, 0 changed, 0 removed, 0 unchanged",
            "database, mail: 1 added, 0 changed, 0 removed, 0 unchanged",
            "vector store, documents: 3 added, 0 changed, 0 removed, 0 unchanged",
        ]
    );
    assert!(told[7].starts_with("embedding: about "), "{ran:?}");
    assert!(
        told[7].ends_with(
            " tokens of text-embedding-3-small, 0.0000 USD at 0.02 USD per million tokens"
        ),
        "{ran:?}"
    );
    assert_eq!(vendors.writes(), 0);
    let asked = vendors.openai.requests();
    assert!(asked.iter().all(|asked| asked.method == "GET"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_secrets_is_kept_up_to_date() {
    let vendors = Vendors::start().await;
    let mut command = vendors.command(&["--json"]);
    command.env_remove("OPENAI_VECTOR_STORE_ID");
    let ran = ran(command.output().expect("it starts"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(told["vector_store"], json!(null));
    assert_eq!(told["database"]["knowledge"]["added"], 3);
    let told = vendors.synced(&["--to", "vector-store"]);
    assert_eq!(told["database"], json!(null));
    assert_eq!(told["vector_store"]["added"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_is_named_and_nothing_is_sent() {
    let vendors = Vendors::start().await;
    let mut command = vendors.command(&["--to", "both"]);
    command
        .env_remove("OPENAI_VECTOR_STORE_ID")
        .env("SUPABASE_SERVICE_ROLE_KEY", "short");
    let ran = ran(command.output().expect("it starts"));
    assert_eq!(ran.code, 64, "{ran:?}");
    assert_eq!(
        ran.stderr,
        "error: for the database: `SUPABASE_SERVICE_ROLE_KEY` cannot be used: it must be a key of 20 characters or more; it has to be replaced\n\
         error: for the vector store: `OPENAI_VECTOR_STORE_ID` is missing; it has to be set\n"
    );
    assert!(vendors.openai.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_secrets_it_is_said_where_they_come_from() {
    let vendors = Vendors::start().await;
    let corpus = vendors.path("corpus");
    let command = mesh(&["sync", "--corpus", text(&corpus)]).output();
    let ran = ran(command.expect("it starts"));
    assert_eq!(ran.code, 64, "{ran:?}");
    assert!(ran.stderr.contains("see MESH_SECRETS"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_would_remove_most_asks_first() {
    let vendors = Vendors::start().await;
    vendors.synced(&[]);
    let written = vendors.writes();
    fs::remove_dir_all(vendors.path("corpus")).expect("it is there");
    vendors.remove("docs/masters.md");
    vendors.remove("docs/refunds.md");
    vendors.index(&["docs", "src", "tickets.csv", "mail"]);
    let ran = vendors.sync(&[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.contains(
            "error: 2 of 3 of the database's knowledge would be removed, 2 of 3 of the vector store's documents would be removed; \
             nothing is sent: give `--yes` if that is meant"
        ),
        "{ran:?}"
    );
    assert_eq!(vendors.writes(), written);
    let told = vendors.synced(&["--yes"]);
    assert_eq!(told["database"]["knowledge"]["removed"], 2);
    assert_eq!(told["vector_store"]["removed"], 2);
    assert_eq!(vendors.database.rows("aoma_vectors").len(), 1);
    assert_eq!(vendors.openai.files(STORE).len(), 1);
}
