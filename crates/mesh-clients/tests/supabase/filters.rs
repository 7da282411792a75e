//! Whatever a value is, the server reads the conditions that were meant and no others.

use mesh_clients::supabase::Select;
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof};
use proptest::proptest;
use serde_json::{Value, json};

use crate::grammar::{Condition, condition};
use crate::support::{Database, key, soon};

/// Texts of what the grammar of queries, patterns and URLs gives a meaning to, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[\"\\\\,.()%_*:&=#?+/ ;'<>{}\\[\\]-]",
        "\\PC",
        prop::sample::select(vec![
            "),or(status.eq.x",
            "\"),status.neq.(\"",
            "%25",
            "%22",
            "\\\"",
            "&limit=0",
            "eq.",
            "not.is.null",
            "\r\n",
            "\u{0}",
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

/// What the server was asked for, decoded.
async fn query(select: Select) -> Vec<(String, String)> {
    let database = Database::answering("jira_tickets", &json!([])).await;
    let rows: Vec<Value> = database
        .client
        .select(&key(), &select, soon())
        .await
        .expect("no rows");
    assert!(rows.is_empty());
    let mut requests = database.fake.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/rest/v1/jira_tickets");
    requests.remove(0).query
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_hostile_value_is_a_value(
        project in hostile(),
        statuses in prop::collection::vec(hostile(), 1..4),
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let select = Select::from("jira_tickets")
            .columns(&["external_id", "title"])
            .equal("metadata->>projectKey", &project)
            .any_of("status", &statuses)
            .limit(15);
        let query = runtime.block_on(query(select));

        let names: Vec<_> = query.iter().map(|(name, _)| name.as_str()).collect();
        prop_assert_eq!(names, ["select", "metadata->>projectKey", "status", "limit"]);
        prop_assert_eq!(&query[0].1, "external_id,title");
        prop_assert_eq!(&query[3].1, "15");

        let expected = |column: &str, operator: &str, values: Vec<String>| {
            Some(Condition { column: column.to_owned(), operator: operator.to_owned(), values })
        };
        let (column, value) = &query[1];
        prop_assert_eq!(condition(column, value), expected("metadata->>projectKey", "eq", vec![project]));
        let (column, value) = &query[2];
        prop_assert_eq!(condition(column, value), expected("status", "in", statuses));
    }
}

#[tokio::test]
async fn order_and_limits_are_as_postgrest_reads_them() {
    let select = Select::from("jira_tickets")
        .greater("id", "17")
        .not_null("title")
        .order("id")
        .limit(2);
    let query = query(select).await;
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        query,
        [
            ("id", "gt.17"),
            ("title", "not.is.null"),
            ("order", "id.asc"),
            ("limit", "2"),
        ]
    );
}

#[tokio::test]
async fn of_no_values_no_row_is_one() {
    let none: [&str; 0] = [];
    let query = query(Select::from("jira_tickets").any_of("status", &none)).await;
    assert_eq!(query, [("status".to_owned(), "in.()".to_owned())]);
}
