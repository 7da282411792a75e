use crate::support::Server;

#[tokio::test]
async fn a_question_comes_with_numbered_passages() {
    let server = Server::of_company();
    let text = server
        .prompt(
            "answer_with_citations",
            "question",
            "How are late returns refunded?",
        )
        .await
        .expect("a prompt");
    assert!(
        text.contains(
            "[1] Refund policy › Late returns (docs/refunds.md#late-returns)\n> A parcel"
        ),
        "{text}"
    );
    assert!(text.contains("Use only the material below"));
}

#[tokio::test]
async fn a_question_without_an_answer_asks_for_an_honest_no() {
    let server = Server::of_company();
    let text = server
        .prompt("answer_with_citations", "question", "zeppelin mooring")
        .await
        .expect("a prompt");
    assert!(
        text.contains("not found in the knowledge base") && text.contains("(nothing found)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_ticket_is_put_beside_what_is_known() {
    let server = Server::of_company();
    let text = server
        .prompt("triage_ticket", "key", "shop-7")
        .await
        .expect("a prompt");
    assert!(
        text.contains("## SHOP-7: Voucher for late returns is printed twice"),
        "{text}"
    );
    assert!(text.contains("- Reporter: Ines Okafor"));
    assert!(text.contains("docs/refunds.md#late-returns"), "{text}");
    assert!(text.contains("voucher: print each voucher once"), "{text}");
    let similar = text.split("## Similar tickets").nth(1).expect("a section");
    let similar = similar.split("## Documents").next().expect("a part");
    assert!(!similar.contains("SHOP-7"), "{similar}");
}

#[tokio::test]
async fn a_file_comes_with_its_history_and_code() {
    let server = Server::of_company();
    let text = server
        .prompt("brief_me_before_touching", "path", "src/voucher.rs")
        .await
        .expect("a prompt");
    assert!(
        text.contains("shop/src/voucher.rs:10-13 print_voucher"),
        "{text}"
    );
    assert!(
        text.contains("a1b2c3d4e5f60718293a4b5c6d7e8f9001122334 by Ada Byrne"),
        "{text}"
    );
    assert!(text.contains("SHOP-7"), "{text}");
    let code = text.split("## The file's code").nth(1).expect("a section");
    let code = code.split("## Its latest commits").next().expect("a part");
    assert!(!code.contains("checkout.rs"), "{code}");
}

#[tokio::test]
async fn an_unknown_file_or_ticket_is_not_found() {
    let server = Server::of_company();
    let file = server
        .prompt("brief_me_before_touching", "path", "zeppelin/quux.py")
        .await;
    assert_eq!(file.expect_err("refused").kind(), "not_found");
    let ticket = server.prompt("triage_ticket", "key", "NONE-1").await;
    assert_eq!(ticket.expect_err("refused").kind(), "not_found");
    let blank = server.prompt("triage_ticket", "key", " ").await;
    assert_eq!(blank.expect_err("refused").kind(), "invalid_arguments");
}
