//! What a fault becomes: what can be done about it, without what was sent.

use std::time::{Duration, Instant};

use mesh_clients::supabase::{JiraTicketFilters, SupabaseError};
use mesh_fakes::postgrest::Answer;
use serde_json::json;

use crate::support::{Database, PRESENT_KEY, client, key, search, soon, within};

const TICKETS: &str = "rpc/search_jira_tickets_semantic";

async fn fault(answer: Answer) -> SupabaseError {
    let database = Database::start().await;
    database.fake.answer(TICKETS, [answer]);
    fault_of(&database).await
}

async fn fault_of(database: &Database) -> SupabaseError {
    let filters = JiraTicketFilters::default();
    let search = search(Some("what the caller asked"), filters);
    database
        .client
        .search_jira_tickets_semantic(&key(), &search, soon())
        .await
        .expect_err("a fault")
}

#[tokio::test]
async fn each_code_is_what_can_be_done_about_it() {
    use SupabaseError as E;
    let table = "permission denied for table jira_tickets";
    let function = "Could not find the function public.f(p_a) in the schema cache".to_owned();
    let several = "Could not choose the best candidate function".to_owned();
    let no_table = r#"relation "public.docs" does not exist"#.to_owned();
    let no_column = "column jira_tickets.content_hash does not exist";
    for (answer, expected) in [
        (
            Answer::fault(403, "42501", table),
            E::Forbidden(table.to_owned()),
        ),
        (
            Answer::fault(401, "42501", table),
            E::Forbidden(table.to_owned()),
        ),
        (
            Answer::fault(404, "PGRST202", &function),
            E::NoSuchFunction(function),
        ),
        (
            Answer::fault(300, "PGRST203", &several),
            E::AmbiguousFunction(several),
        ),
        (
            Answer::fault(404, "42P01", &no_table),
            E::NoSuchTable(no_table),
        ),
        (
            Answer::fault(400, "42703", no_column),
            E::NoSuchTable(no_column.to_owned()),
        ),
        (
            Answer::fault(401, "PGRST301", "Expected 3 parts in JWT; got 1"),
            E::Unauthorized,
        ),
        (
            Answer::fault(401, "PGRST303", "JWT expired"),
            E::Unauthorized,
        ),
        (
            Answer::fault(500, "57014", "canceling statement due to statement timeout"),
            E::StatementTimeout,
        ),
        (
            Answer::json(401, &json!({"message": "Invalid API key"})),
            E::Unauthorized,
        ),
        (
            Answer::text(404, "text/html", "<h1>not here</h1>"),
            E::UnexpectedAnswer("404: the project's URL leads elsewhere".to_owned()),
        ),
        (
            Answer::fault(400, "22000", "expected 1536 dimensions, not 3"),
            E::BadRequest {
                code: "22000".to_owned(),
                message: "expected 1536 dimensions, not 3".to_owned(),
            },
        ),
        (
            Answer::fault(503, "PGRST000", "could not connect"),
            E::ServerFault {
                status: 503,
                code: "PGRST000".to_owned(),
            },
        ),
        (
            Answer::text(540, "text/plain", "project paused"),
            E::ServerFault {
                status: 540,
                code: String::new(),
            },
        ),
        (
            Answer::text(302, "text/html", ""),
            E::UnexpectedAnswer("status 302".to_owned()),
        ),
    ] {
        assert_eq!(fault(answer).await, expected);
    }
}

#[tokio::test]
async fn a_query_that_the_database_stopped_is_not_sent_again() {
    let database = Database::start().await;
    let stopped = Answer::fault(500, "57014", "canceling statement due to statement timeout");
    let usual = Answer::json(200, &json!([]));
    database.fake.answer(TICKETS, [stopped, usual]);
    let error = fault_of(&database).await;
    assert_eq!(
        error.to_string(),
        "the database stopped the query at its own limit; ask for less, or raise the role's `statement_timeout`"
    );
    assert_eq!(database.fake.requests().len(), 1);
}

#[tokio::test]
async fn a_table_that_is_not_there_is_named() {
    let database = Database::start().await;
    let select = mesh_clients::supabase::Select::from("docs");
    let answer = database
        .client
        .select::<serde_json::Value>(&key(), &select, soon())
        .await;
    assert_eq!(
        answer.expect_err("no table").to_string(),
        "Could not find the table public.docs in the schema cache; run the migrations"
    );
}

#[tokio::test]
async fn too_many_requests_say_for_how_long_and_are_tried_again_when_there_is_time() {
    let limited = Answer::fault(429, "", "slow down").with_header("retry-after", "60");
    let retry_after = Some(Duration::from_secs(60));
    assert_eq!(
        fault(limited).await,
        SupabaseError::RateLimited { retry_after }
    );

    let database = Database::start().await;
    let limited = Answer::fault(429, "", "slow down").with_header("retry-after", "0");
    database
        .fake
        .answer(TICKETS, [limited, Answer::json(200, &json!([]))]);
    let filters = JiraTicketFilters::default();
    let found = database
        .client
        .search_jira_tickets_semantic(&key(), &search(None, filters), soon())
        .await;
    assert_eq!(found, Ok(Vec::new()));
    assert_eq!(database.fake.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_not_the_rows_is_named_by_its_place_alone() {
    for (answer, expected) in [
        (
            Answer::text(200, "text/html", "<html>secret passage</html>"),
            "no whole JSON from `search_jira_tickets_semantic`, at byte 1",
        ),
        (
            Answer::text(200, "application/json", r#"[{"key":"secret pa"#),
            "no whole JSON from `search_jira_tickets_semantic`, at byte 18",
        ),
        (
            Answer::json(200, &json!([{"key": {"secret": "passage"}}])),
            "not the rows expected from `search_jira_tickets_semantic`, at byte 8",
        ),
        (
            Answer::text(200, "application/json", vec![b' '; 10_000_000]),
            "more than 8388608 bytes",
        ),
    ] {
        assert_eq!(
            fault(answer).await,
            SupabaseError::UnexpectedAnswer(expected.to_owned())
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_or_is_refused_is_unreachable() {
    let cut_off = Answer::json(200, &json!([])).cut_off();
    let broken = fault(cut_off).await;
    assert!(
        matches!(broken, SupabaseError::Unreachable(_)),
        "{broken:?}"
    );

    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("bound"));
    drop(closed);
    let filters = JiraTicketFilters::default();
    let refused = client(&url)
        .search_jira_tickets_semantic(&key(), &search(None, filters), soon())
        .await;
    assert!(
        matches!(refused, Err(SupabaseError::Unreachable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let database = Database::start().await;
    database.fake.answer(TICKETS, [Answer::never()]);
    let filters = JiraTicketFilters::default();
    let started = Instant::now();
    let answer = database
        .client
        .search_jira_tickets_semantic(&key(), &search(None, filters), within(300))
        .await;
    assert_eq!(answer, Err(SupabaseError::TimedOut));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_database_that_goes_on_failing_is_not_asked() {
    let database = Database::start().await;
    database
        .fake
        .answer(TICKETS, [Answer::fault(501, "XX000", "internal error")]);
    for _ in 0..5 {
        let fault = fault_of(&database).await;
        assert!(
            matches!(fault, SupabaseError::ServerFault { status: 501, .. }),
            "{fault:?}"
        );
    }
    let fault = fault_of(&database).await;
    assert!(
        matches!(fault, SupabaseError::CircuitOpen { .. }),
        "{fault:?}"
    );
    assert_eq!(database.fake.requests().len(), 5);
}

#[tokio::test]
async fn no_message_holds_what_was_sent() {
    let told = r#"invalid input syntax for type vector: "[0.5,-0.25] what the caller asked""#;
    let bad = fault(Answer::fault(400, "22P02", told)).await;
    assert_eq!(
        bad.to_string(),
        "the database refuses the request: 22P02 invalid input syntax for type vector"
    );
    let hostile = Answer::fault(
        400,
        &format!("{PRESENT_KEY} what"),
        &"\"what the caller asked".repeat(90),
    );
    let shown = format!("{0} {0:?}", fault(hostile).await);
    assert!(
        !shown.contains(PRESENT_KEY) && !shown.contains("what"),
        "{shown}"
    );
}
