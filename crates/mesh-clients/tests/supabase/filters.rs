//! Whatever a value is, the server reads the conditions that were meant and no others.

use mesh_clients::supabase::{Order, Select};
use proptest::prelude::{
    ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof,
};
use proptest::proptest;
use serde_json::{Value, json};

use crate::grammar::{Condition, alternatives, condition, like};
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
        word in hostile(),
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let select = Select::from("jira_tickets")
            .columns(&["external_id", "title"])
            .equal("metadata->>projectKey", &project)
            .any_of("status", &statuses)
            .containing(&["title", "external_id"], &word)
            .limit(15);
        let query = runtime.block_on(query(select));

        let names: Vec<_> = query.iter().map(|(name, _)| name.as_str()).collect();
        prop_assert_eq!(names, ["select", "metadata->>projectKey", "status", "or", "limit"]);
        prop_assert_eq!(&query[0].1, "external_id,title");
        prop_assert_eq!(&query[4].1, "15");

        let expected = |column: &str, operator: &str, values: Vec<String>| {
            Some(Condition { column: column.to_owned(), operator: operator.to_owned(), values })
        };
        let (column, value) = &query[1];
        prop_assert_eq!(condition(column, value), expected("metadata->>projectKey", "eq", vec![project]));
        let (column, value) = &query[2];
        prop_assert_eq!(condition(column, value), expected("status", "in", statuses));

        let alternatives = alternatives(&query[3].1).expect("a list of conditions");
        let columns: Vec<_> = alternatives.iter().map(|one| (one.column.as_str(), one.operator.as_str())).collect();
        prop_assert_eq!(columns, [("title", "ilike"), ("external_id", "ilike")]);
        for alternative in &alternatives {
            let pattern = &alternative.values[0];
            let holding = format!("before {word} after");
            prop_assert!(like(pattern, &holding), "{pattern:?} does not match {holding:?}");
            // A star alone means any one character.
            let other = word.replace(|c| c != '*', "\u{1}");
            prop_assert_eq!(like(pattern, &other), word.chars().all(|c| c == '*' || c == '\u{1}'));
        }
    }
}

#[tokio::test]
async fn order_limits_and_several_words_are_as_postgrest_reads_them() {
    let select = Select::from("jira_tickets")
        .containing(&["title"], "login")
        .containing(&["title"], "fails")
        .greater("id", "17")
        .not_null("title")
        .order(&[("updated_at", Order::Descending), ("id", Order::Ascending)])
        .limit(2);
    let query = query(select).await;
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        query,
        [
            ("or", "(title.ilike.\"*login*\")"),
            ("or", "(title.ilike.\"*fails*\")"),
            ("id", "gt.17"),
            ("title", "not.is.null"),
            ("order", "updated_at.desc,id.asc"),
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
