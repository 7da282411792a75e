use mesh_clients::supabase::{Select, SupabaseError};
use mesh_core::Secret;
use mesh_fakes::postgrest::Asked;
use serde_json::{Value, json};

use crate::support::{Database, PRESENT_KEY, soon};

async fn asked_with(key: &str) -> Asked {
    let database = Database::answering("jira_tickets", &json!([])).await;
    let select = Select::from("jira_tickets").limit(1);
    let rows: Vec<Value> = database
        .client
        .select(&Secret::new(key), &select, soon())
        .await
        .expect("no rows");
    assert!(rows.is_empty());
    database.fake.requests().remove(0)
}

#[tokio::test]
async fn a_present_key_goes_in_its_own_header_alone() {
    for key in [PRESENT_KEY, "sb_publishable_EXAMPLE"] {
        let asked = asked_with(key).await;
        assert_eq!(asked.headers["apikey"], key);
        assert_eq!(asked.headers.get("authorization"), None);
    }
}

#[tokio::test]
async fn a_legacy_key_is_a_bearer_token_as_well() {
    let key = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.example";
    let asked = asked_with(key).await;
    assert_eq!(asked.headers["apikey"], key);
    assert_eq!(asked.headers["authorization"], format!("Bearer {key}"));
}

#[tokio::test]
async fn we_are_no_browser_and_take_json() {
    let asked = asked_with(PRESENT_KEY).await;
    let agent = &asked.headers["user-agent"];
    assert!(agent.starts_with("aoma-mesh-mcp/3."), "{agent}");
    assert_eq!(asked.headers["accept"], "application/json");
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused_before_it_is_sent() {
    let database = Database::start().await;
    let select = Select::from("jira_tickets");
    let answer = database
        .client
        .select::<Value>(&Secret::new("sb_secret_\nX: y"), &select, soon())
        .await;
    assert_eq!(answer, Err(SupabaseError::Unauthorized));
    assert!(database.fake.requests().is_empty());
}
