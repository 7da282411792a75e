//! Each function is called by the names of its arguments, and its rows are read.

use mesh_clients::supabase::{
    CodeFileFilters, EmailFilters, GitCommitFilters, JiraTicketFilters, ProjectCount,
    SemanticSearch, TextSearch, VectorMatch,
};
use serde_json::json;

use crate::support::{Database, key, search, soon};

const TICKETS: &str = "rpc/search_jira_tickets_semantic";

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

#[tokio::test]
async fn tickets_are_searched_by_meaning() {
    let rows = json!([{
        "key": "ITSM-101", "summary": "Login fails", "status": "Open", "priority": null,
        "project_key": "ITSM", "similarity": 0.41,
    }]);
    let database = Database::answering(TICKETS, &rows).await;
    let filters = JiraTicketFilters {
        project_key: vec!["ITSM".to_owned()],
        status: owned(&["Open"]),
        priority: Vec::new(),
    };
    let found = database
        .client
        .search_jira_tickets_semantic(&key(), &search(None, filters), soon())
        .await
        .expect("rows");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key, "ITSM-101");
    assert_eq!(found[0].priority, None);
    assert!((found[0].similarity - 0.41).abs() < 1e-6);
    assert_eq!(
        database.sent(),
        json!({
            "p_query_embedding": "[0.5,-0.25,1]",
            "p_similarity_threshold": 0.3,
            "p_max_results": 15,
            "p_filters": {"project_key": "ITSM", "status": ["Open"]},
        })
    );
}

#[tokio::test]
async fn without_filters_tickets_get_null_and_words_go_along() {
    let database = Database::answering(TICKETS, &json!([])).await;
    let filters = JiraTicketFilters::default();
    database
        .client
        .search_jira_tickets_semantic(&key(), &search(Some("ITSM-101"), filters), soon())
        .await
        .expect("no rows");
    let sent = database.sent();
    assert_eq!(sent["p_filters"], json!(null));
    assert_eq!(sent["p_query_text"], json!("ITSM-101"));
}

#[tokio::test]
async fn tickets_are_searched_by_words_where_there_is_no_embedding() {
    let rows = json!([{
        "key": "ITSM-101", "summary": null, "status": null, "priority": null,
        "project_key": null, "similarity": 1,
    }]);
    let database = Database::answering(TICKETS, &rows).await;
    let text = TextSearch {
        text: "login fails",
        threshold: 0.5,
        max_results: 5,
        filters: JiraTicketFilters {
            priority: owned(&["High"]),
            ..JiraTicketFilters::default()
        },
    };
    let found = database
        .client
        .search_jira_tickets_text(&key(), &text, soon())
        .await
        .expect("rows");
    assert_eq!(found[0].key, "ITSM-101");
    assert_eq!(
        database.sent(),
        json!({
            "search_query": "login fails",
            "max_results": 5,
            "similarity_threshold": 0.5,
            "filters": {"priority": ["High"]},
        })
    );
}

#[tokio::test]
async fn tickets_are_counted_by_project() {
    let rows = json!([{"project_key": "ITSM", "count": 3}, {"project_key": null, "count": 1}]);
    let database = Database::answering("rpc/count_jira_tickets_by_project", &rows).await;
    let counts = database
        .client
        .count_jira_tickets_by_project(&key(), &owned(&["Open"]), &[], soon())
        .await
        .expect("rows");
    let expected = ProjectCount {
        project_key: Some("ITSM".to_owned()),
        count: 3,
    };
    assert_eq!(counts[0], expected);
    assert_eq!(counts[1].project_key, None);
    assert_eq!(
        database.sent(),
        json!({"p_status_filter": ["Open"], "p_priority_filter": null})
    );
}

#[tokio::test]
async fn commits_are_searched_by_meaning() {
    let rows = json!([{
        "commit_hash": "abc", "commit_message": "m", "author_name": "A", "author_email": "a@example.com",
        "commit_date": "2026-01-01T00:00:00+00:00", "repository_name": "r",
        "files_changed": ["src/a.rs"], "additions": 1, "deletions": 2, "diff_summary": null,
        "similarity": 0.9,
    }]);
    let database = Database::answering("rpc/search_git_commits_semantic", &rows).await;
    let filters = GitCommitFilters {
        repository: owned(&["r"]),
        date_from: Some("2026-01-01".to_owned()),
        file_pattern: Some("src/*.rs".to_owned()),
        ..GitCommitFilters::default()
    };
    let found = database
        .client
        .search_git_commits_semantic(&key(), &search(None, filters), soon())
        .await
        .expect("rows");
    assert_eq!(found[0].files_changed, json!(["src/a.rs"]));
    assert_eq!((found[0].additions, found[0].deletions), (Some(1), Some(2)));
    assert_eq!(
        database.sent()["p_filters"],
        json!({"repository": ["r"], "date_from": "2026-01-01", "file_pattern": "src/*.rs"})
    );
}

#[tokio::test]
async fn code_is_searched_by_meaning() {
    let rows = json!([{
        "file_path": "src/a.rs", "file_name": "a.rs", "file_extension": "rs", "language": "rust",
        "content_preview": "fn", "content_summary": null, "repository_name": "r",
        "line_count": 10, "last_modified": null, "similarity": 0.9,
    }]);
    let database = Database::answering("rpc/search_code_files_semantic", &rows).await;
    let filters = CodeFileFilters::default();
    let found = database
        .client
        .search_code_files_semantic(&key(), &search(None, filters), soon())
        .await
        .expect("rows");
    assert_eq!(found[0].line_count, Some(10));
    assert_eq!(database.sent()["p_filters"], json!({}));
}

#[tokio::test]
async fn mail_is_searched_by_meaning() {
    let rows = json!([{
        "message_id": "<1@example.com>", "subject": "s", "from_email": "a@example.com",
        "from_name": null, "to_emails": ["b@example.com"], "sent_at": "2026-01-01T00:00:00+00:00",
        "has_attachments": true, "body_preview": "b", "similarity": 0.9,
    }]);
    let database = Database::answering("rpc/search_emails_semantic", &rows).await;
    let filters = EmailFilters {
        from: owned(&["a@example.com"]),
        has_attachments: Some(true),
        ..EmailFilters::default()
    };
    let found = database
        .client
        .search_emails_semantic(&key(), &search(None, filters), soon())
        .await
        .expect("rows");
    assert_eq!(found[0].to_emails, ["b@example.com"]);
    assert_eq!(
        database.sent()["p_filters"],
        json!({"from": ["a@example.com"], "has_attachments": true})
    );
}

#[tokio::test]
async fn passages_of_all_kinds_are_matched() {
    let rows = json!([{
        "id": "0b6f0c5e-0000-4000-8000-000000000000", "content": "c",
        "created_at": "2026-01-01T00:00:00+00:00", "metadata": {"title": "t"},
        "similarity": 0.8, "source_id": "1", "source_type": "knowledge",
    }]);
    let database = Database::answering("rpc/match_aoma_vectors", &rows).await;
    let matched = VectorMatch {
        embedding: Some(&[0.0, 1.5]),
        text: None,
        threshold: 0.5,
        max_results: 3,
        source_types: &owned(&["knowledge"]),
    };
    let found = database
        .client
        .match_aoma_vectors(&key(), &matched, soon())
        .await
        .expect("rows");
    assert_eq!(found[0].source_type, "knowledge");
    let metadata = found[0].metadata.as_ref().expect("an object");
    assert_eq!(metadata["title"], json!("t"));
    assert_eq!(
        database.sent(),
        json!({
            "query_embedding": "[0,1.5]",
            "match_threshold": 0.5,
            "match_count": 3,
            "filter_source_types": ["knowledge"],
        })
    );
}

#[tokio::test]
async fn without_an_embedding_the_words_are_sent_alone() {
    let database = Database::answering("rpc/search_git_commits_semantic", &json!([])).await;
    let search = SemanticSearch {
        embedding: None,
        ..search(Some("fix the login"), GitCommitFilters::default())
    };
    let found = database
        .client
        .search_git_commits_semantic(&key(), &search, soon())
        .await;
    assert_eq!(found, Ok(Vec::new()));
    let sent = database.sent();
    assert_eq!(
        (&sent["p_query_embedding"], &sent["p_query_text"]),
        (&json!(null), &json!("fix the login"))
    );
}
