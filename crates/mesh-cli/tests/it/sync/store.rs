use mesh_fakes::openai::{Behaviour, Operation};
use serde_json::json;

use crate::support::vendors::{STORE, Vendors};

/// What became of each request to change something.
fn changes(vendors: &Vendors) -> Vec<String> {
    let requests = vendors.openai.requests().into_iter();
    let changes = requests.filter(|request| request.method != "GET");
    changes
        .map(|request| format!("{} {}", request.method, request.path))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_uploads_all_documents_and_the_next_none() {
    let vendors = Vendors::start().await;
    let told = vendors.synced(&["--to", "vector-store"]);
    assert_eq!(told["vector_store"]["added"], 3);
    let files = vendors.openai.files(STORE);
    let refunds = files
        .iter()
        .find(|file| file.filename.starts_with("refunds."))
        .expect("the file");
    assert_eq!(refunds.attributes["title"], "Refunds");
    let path = refunds.attributes["path"].as_str().expect("a path");
    assert!(path.ends_with("docs/refunds.md"), "{path}");
    assert!(
        refunds.attributes["uri"]
            .as_str()
            .is_some_and(|uri| uri.starts_with("aoma://doc/"))
    );
    let before = changes(&vendors);
    let told = vendors.synced(&["--to", "vector-store"]);
    assert_eq!(told["vector_store"]["unchanged"], 3);
    assert_eq!(changes(&vendors), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_document_takes_the_place_of_its_file() {
    let vendors = Vendors::start().await;
    vendors
        .openai
        .add_file(STORE, "manual.pdf", "Of others.", json!({}));
    vendors.synced(&["--to", "vector-store"]);
    let before = changes(&vendors).len();
    vendors.write("docs/refunds.md", "# Refunds\n\nA refund takes six days.\n");
    vendors.remove("docs/logins.md");
    vendors.index(&[]);
    let told = vendors.synced(&["--to", "vector-store"]);
    let counts = &told["vector_store"];
    assert_eq!(
        (
            &counts["changed"],
            &counts["removed"],
            &counts["unchanged"],
            &counts["foreign"]
        ),
        (&json!(1), &json!(1), &json!(1), &json!(1))
    );
    let files = vendors.openai.files(STORE);
    let mut names: Vec<_> = files
        .iter()
        .map(|file| file.filename.split('.').next())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["manual", "masters", "refunds"].map(Some));
    let of = |path: &str| {
        changes(&vendors)[before..]
            .iter()
            .filter(|change| change.contains(path))
            .count()
    };
    assert_eq!(
        (
            of("POST /v1/files"),
            of("file_batches"),
            of("DELETE /v1/files/")
        ),
        (1, 1, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_uploaded_is_attached_although_another_upload_fails() {
    let vendors = Vendors::start().await;
    vendors
        .openai
        .next(Operation::Upload, Behaviour::QuotaExceeded);
    let ran = vendors.sync(&["--to", "vector-store"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("error: OpenAI: the account has used what it may spend"),
        "{ran:?}"
    );
    assert_eq!(vendors.openai.files(STORE).len(), 2);
    let told = vendors.synced(&["--to", "vector-store"]);
    let counts = &told["vector_store"];
    assert_eq!(
        (&counts["added"], &counts["unchanged"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_there_is_named() {
    let vendors = Vendors::start().await;
    let mut command = vendors.command(&["--to", "vector-store"]);
    command.env("OPENAI_VECTOR_STORE_ID", "vs_elsewhere");
    let ran = crate::support::ran(command.output().expect("it starts"));
    assert_eq!(ran.code, 1, "{ran:?}");
    let told =
        "error: OpenAI has no vector store `vs_elsewhere`; correct `OPENAI_VECTOR_STORE_ID`\n";
    assert!(ran.stderr.ends_with(told), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_is_named_and_the_old_one_stays() {
    let vendors = Vendors::start().await;
    vendors.synced(&["--to", "vector-store"]);
    vendors.write("docs/refunds.md", "# Refunds\n\nA refund takes six days.\n");
    vendors.index(&[]);
    vendors.openai.spoil("refunds.");
    let ran = vendors.sync(&["--to", "vector-store"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let told = "docs/refunds.md: the vector store cannot read it (invalid_file)\n";
    assert!(ran.stdout.contains(told), "{ran:?}");
    assert_eq!(vendors.openai.files(STORE).len(), 4);
    vendors.openai.mend("refunds.");
    let told = vendors.synced(&["--to", "vector-store"]);
    assert_eq!(told["vector_store"]["changed"], 1);
    assert_eq!(vendors.openai.files(STORE).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_file_stays_until_the_new_one_can_be_searched() {
    let vendors = Vendors::start().await;
    vendors.synced(&["--to", "vector-store"]);
    let new = vendors.openai.files(STORE).into_iter();
    let mut new = new.filter(|file| file.filename.starts_with("refunds."));
    let path = new.next().expect("the file").attributes["path"].clone();
    // As a run leaves it that could not wait.
    let attributes = json!({"path": path, "hash": "of another text"});
    vendors
        .openai
        .add_file(STORE, "old.md", "A refund took long.", attributes);
    vendors.openai.hold_up("refunds.");
    let told = vendors.synced(&["--to", "vector-store"]);
    assert_eq!(told["vector_store"]["unchanged"], 3);
    assert_eq!(vendors.openai.files(STORE).len(), 4);
    vendors.openai.let_through("refunds.");
    vendors.synced(&["--to", "vector-store"]);
    let files = vendors.openai.files(STORE);
    assert!(files.iter().all(|file| file.filename != "old.md"));
    assert_eq!(files.len(), 3);
}
