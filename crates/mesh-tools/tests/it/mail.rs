use serde_json::json;

use crate::support::Server;

const TOOL: &str = "search_outlook_emails";

#[tokio::test]
async fn a_message_is_found_by_its_words() {
    let server = Server::of_company();
    let answer = server
        .call(TOOL, json!({"query": "when is the forklift training"}))
        .await;
    let best = &answer["results"][0];
    assert_eq!(best["id"], "m1@example.com");
    assert_eq!(best["from"], "Ines Okafor <ines@example.com>");
    assert_eq!(best["path"], "team.mbox:1");
    let preview = best["preview"].as_str().expect("a preview");
    assert!(preview.contains("Friday"), "{preview}");
}

#[tokio::test]
async fn messages_are_filtered_by_sender_and_attachments() {
    let server = Server::of_company();
    let arguments = json!({"query": "", "hasAttachments": true, "fromEmail": "CRANE.example"});
    let answer = server.call(TOOL, arguments).await;
    let results = answer["results"].as_array().expect("results");
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["attachments"], json!(["invoice.pdf"]));
    assert_eq!(
        answer["filters"],
        json!({"fromEmail": ["CRANE.example"], "hasAttachments": true})
    );
}
