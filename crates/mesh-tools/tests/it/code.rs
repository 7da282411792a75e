use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_commit_is_found_by_its_message() {
    let server = Server::of_company();
    let answer = server
        .call(
            "search_git_commits",
            json!({"query": "why is each voucher printed once"}),
        )
        .await;
    let best = &answer["results"][0];
    assert_eq!(best["hash"], "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334");
    assert_eq!(best["author"], "Ada Byrne");
    assert_eq!(best["email"], "ada@example.com");
    assert_eq!(best["repository"], "shop");
    assert_eq!(
        best["filesChanged"],
        json!(["src/voucher.rs", "tests/voucher.rs"])
    );
    assert_eq!(best["diffSummary"], "2 files changed, +10 −2");
}

#[tokio::test]
async fn a_commit_is_found_by_its_hash_or_the_beginning_of_it() {
    let server = Server::of_company();
    for query in [
        "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        "0F1E2D3",
        "what did 0f1e2d3c do to the voucher?",
    ] {
        let answer = server
            .call("search_git_commits", json!({"query": query}))
            .await;
        assert_eq!(answer["results"][0]["author"], "Tomas Lind", "{query}");
    }
}

#[tokio::test]
async fn commits_are_filtered_by_day_author_and_file() {
    let server = Server::of_company();
    let hashes = async |filter: serde_json::Value| {
        let answer = server.call("search_git_commits", filter).await;
        let results = answer["results"].as_array().expect("results").clone();
        results
            .iter()
            .map(|commit| commit["author"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        hashes(json!({"query": "", "dateFrom": "2026-05-01"})).await,
        ["Tomas Lind"]
    );
    assert_eq!(
        hashes(json!({"query": "", "date_to": "2026-05-20"})).await,
        ["Tomas Lind", "Ada Byrne"]
    );
    assert_eq!(
        hashes(json!({"query": "", "author": "ada@"})).await,
        ["Ada Byrne"]
    );
    assert_eq!(
        hashes(json!({"query": "", "filePattern": "infra/*.sh"})).await,
        ["Tomas Lind"]
    );
}

#[tokio::test]
async fn a_date_that_is_none_is_refused_by_name() {
    let server = Server::of_company();
    let arguments = json!({"query": "voucher", "dateFrom": "last week"});
    let refusal = server.refusal("search_git_commits", arguments).await;
    assert_eq!(refusal.kind(), "invalid_arguments");
    assert!(refusal.to_string().contains("`dateFrom`"), "{refusal}");
}

#[tokio::test]
async fn days_that_run_backwards_are_refused_with_both() {
    let server = Server::of_company();
    for tool in ["search_git_commits", "search_outlook_emails"] {
        let arguments =
            json!({"query": "voucher", "dateFrom": "2026-05-02", "dateTo": "2026-05-01"});
        let refusal = server.refusal(tool, arguments).await.to_string();
        let told =
            "`dateFrom`: `2026-05-02` is after `dateTo`, `2026-05-01`: nothing is between them";
        assert!(refusal.contains(told), "{tool}: {refusal}");
    }
}

#[tokio::test]
async fn code_is_found_by_a_part_of_a_name() {
    let server = Server::of_company();
    let answer = server
        .call("search_code_files", json!({"query": "checkout form"}))
        .await;
    let best = &answer["results"][0];
    assert_eq!(best["path"], "shop/src/checkout.rs");
    assert_eq!(best["name"], "checkout.rs");
    assert_eq!(best["extension"], "rs");
    assert_eq!(best["lineCount"], 40);
    assert_eq!(
        best["summary"],
        "CheckoutForm::submit: Rust, lines 10 to 13 of 40"
    );
    let preview = best["preview"].as_str().expect("a preview");
    assert!(preview.contains("self.basket.total()"), "{preview}");
}

#[tokio::test]
async fn code_is_filtered_by_language_and_extension() {
    let server = Server::of_company();
    let python = json!({"query": "voucher", "language": ["Python"]});
    let answer = server.call("search_code_files", python).await;
    assert_eq!(answer["results"], json!([]));
    let rust = json!({"query": "voucher", "fileExtension": ".rs", "max_results": 1});
    let answer = server.call("search_code_files", rust).await;
    assert_eq!(answer["results"].as_array().map(Vec::len), Some(1));
}
