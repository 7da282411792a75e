use serde_json::json;

use crate::support::vendors::Vendors;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_sends_all_and_the_next_nothing() {
    let vendors = Vendors::start().await;
    let told = vendors.synced(&["--to", "database"]);
    let added = |kind: &str| told["database"][kind]["added"].clone();
    let kinds = ["knowledge", "ticket", "commit", "code", "mail"].map(added);
    assert_eq!(json!(kinds), json!([3, 2, 0, 1, 1]));
    let texts: usize = vendors.embedded().iter().map(Vec::len).sum();
    assert_eq!(texts, 7);
    let (calls, writes) = (vendors.embedded().len(), vendors.writes());

    let told = vendors.synced(&["--to", "database"]);
    assert_eq!(told["database"]["knowledge"]["unchanged"], 3);
    assert_eq!(told["embedding"]["tokens"], 0);
    assert_eq!(
        (vendors.embedded().len(), vendors.writes()),
        (calls, writes)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_has_the_columns_of_its_table() {
    let vendors = Vendors::start().await;
    vendors.synced(&["--to", "database"]);
    let passages = vendors.database.rows("aoma_vectors");
    let passage = passages
        .iter()
        .find(|row| row["content"] == "A refund takes five days.")
        .expect("the passage");
    assert_eq!(passage["source_type"], "knowledge");
    assert_eq!(passage["embedding_model"], "text-embedding-3-small");
    let about = &passage["metadata"];
    assert_eq!(about["title"], "Refunds");
    let path = about["path"].as_str().expect("a path");
    assert!(path.contains("docs/refunds.md"), "{path}");
    let uri = about["uri"].as_str().expect("a URI");
    assert!(uri.starts_with("aoma://doc/"), "{uri}");
    let vector: Vec<f32> =
        serde_json::from_str(passage["embedding"].as_str().expect("a vector")).expect("numbers");
    assert_eq!(vector.len(), 1_536);

    let ticket = vendors.row("jira_tickets", "external_id", "AOMA-1");
    assert_eq!(
        (&ticket["title"], &ticket["description"]),
        (&json!("Login fails"), &json!("It says E_4711."))
    );
    assert_eq!(ticket["metadata"]["projectKey"], "AOMA");

    let files = vendors.database.rows("code_files");
    assert_eq!(
        files[0]["content"],
        "/// What is left.\npub fn remaining() -> u32 {\n    7\n}\n"
    );
    assert_eq!(
        (&files[0]["language"], &files[0]["content_summary"]),
        (&json!("Rust"), &json!("remaining"))
    );

    let mail = vendors.row("emails", "message_id", "one@example.com");
    assert_eq!(
        (&mail["from_name"], &mail["from_email"], &mail["to_emails"]),
        (
            &json!("Ann Lee"),
            &json!("ann@example.com"),
            &json!(["bob@example.com"])
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_has_changed_is_embedded_and_what_is_gone_is_deleted() {
    let vendors = Vendors::start().await;
    vendors.synced(&["--to", "database"]);
    let calls = vendors.embedded().len();
    vendors.write("docs/refunds.md", "# Refunds\n\nA refund takes six days.\n");
    vendors.remove("docs/logins.md");
    vendors.index(&[]);
    let told = vendors.synced(&["--to", "database"]);
    let knowledge = &told["database"]["knowledge"];
    assert_eq!(
        (
            &knowledge["changed"],
            &knowledge["removed"],
            &knowledge["unchanged"]
        ),
        (&json!(1), &json!(1), &json!(1))
    );
    let sent = &vendors.embedded()[calls..];
    assert_eq!(sent, [["Refunds\n\nA refund takes six days."]]);
    let mut contents: Vec<_> = vendors
        .database
        .rows("aoma_vectors")
        .iter()
        .map(|row| row["content"].clone())
        .collect();
    contents.sort_by_key(ToString::to_string);
    assert_eq!(
        json!(contents),
        json!([
            "A master is approved by the release desk.",
            "A refund takes six days."
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_makes_all_vectors_anew() {
    let vendors = Vendors::start().await;
    vendors.synced(&["--to", "database"]);
    vendors.openai.add_model("text-embedding-3-large", None);
    let mut command = vendors.command(&["--to", "database", "--json"]);
    command
        .env("MESH_EMBEDDING_MODEL", "text-embedding-3-large")
        .env("MESH_EMBEDDING_DIMENSIONS", "1536");
    let ran = crate::support::ran(command.output().expect("it starts"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(told["database"]["knowledge"]["changed"], 3);
    let rows = vendors.database.rows("aoma_vectors");
    assert_eq!(rows[0]["embedding_model"], "text-embedding-3-large/1536");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_others_have_written_are_left_alone() {
    let vendors = Vendors::start().await;
    let row = |key: &str, model: Option<&str>| {
        let row = json!({"external_id": key, "content_hash": null, "embedding_model": model});
        row.as_object().expect("an object").clone()
    };
    vendors.database.put("jira_tickets", row("OLD-1", None));
    let told = vendors.synced(&["--to", "database"]);
    let tickets = &told["database"]["ticket"];
    assert_eq!(
        (&tickets["foreign"], &tickets["removed"]),
        (&json!(1), &json!(0))
    );
    vendors.row("jira_tickets", "external_id", "OLD-1");
}
