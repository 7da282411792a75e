use std::collections::BTreeSet;

use mesh_index::Hit;
use mesh_tools::knowledge::Citation;
use serde_json::{Value, json};

use crate::support::{Records, Server};

const TOOL: &str = "fetch";

async fn fetch(server: &Server, id: &str) -> Value {
    server.call(TOOL, json!({"id": id})).await
}

fn text(fetched: &Value) -> &str {
    fetched["text"].as_str().expect("a text")
}

#[tokio::test]
async fn each_kind_is_read_by_what_it_is_called() {
    let server = Server::of_company();
    for (id, kind, title, holds) in [
        (
            "docs/refunds.md",
            "knowledge",
            "Refund policy",
            "## Damaged goods",
        ),
        (
            "shop-7",
            "ticket",
            "SHOP-7: Voucher for late returns is printed twice",
            "- Reporter: Ines Okafor",
        ),
        ("tickets.csv:2", "ticket", "", "- Status:"),
        (
            "a1b2c3d4e5",
            "commit",
            "a1b2c3d4e5 voucher: print each voucher once",
            "- src/voucher.rs",
        ),
        (
            "shop/src/voucher.rs:11",
            "code",
            "shop/src/voucher.rs",
            "queue.push_once",
        ),
        (
            "m1@example.com",
            "mail",
            "Forklift training moved to Friday",
            "- To: team@example.com",
        ),
        (
            "<m2@example.com>",
            "mail",
            "Invoice for the new crane",
            "- Attachments: invoice.pdf",
        ),
    ] {
        let fetched = fetch(&server, id).await;
        assert_eq!(fetched["id"], id);
        assert_eq!(fetched["metadata"]["kind"], kind, "{id}");
        let found = fetched["title"].as_str().expect("a title");
        assert!(title.is_empty() || found == title, "{id}: {found}");
        assert!(text(&fetched).contains(holds), "{id}: {fetched}");
    }
}

#[tokio::test]
async fn reading_begins_at_the_place_that_is_named() {
    let server = Server::of_company();
    for (id, from, begins) in [
        ("docs/refunds.md#damaged-goods", None, "## Damaged goods"),
        ("docs/refunds.md", Some("Damaged goods"), "## Damaged goods"),
        ("notes/warehouse.txt:6", None, "The warehouse opens at six."),
        ("books/safety.pdf#page=7", None, "Helmets are worn"),
        ("shop/src/voucher.rs:11", None, "queue.push_once"),
    ] {
        let fetched = server.call(TOOL, json!({"id": id, "from": from})).await;
        assert!(
            text(&fetched).trim_start().starts_with(begins),
            "{id}: {fetched}"
        );
    }
    let refusal = server
        .refusal(TOOL, json!({"id": "docs/refunds.md#early-returns"}))
        .await;
    assert!(
        refusal
            .to_string()
            .contains("its parts are Late returns, Damaged goods"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_ticket_is_read_at_the_address_it_was_found_by_whatever_its_key() {
    let keys = ["#123", "SHOP/12 x", "SHOP-7", "50%25", "a?from=1"];
    let records = keys.iter().fold(Records::default(), |records, key| {
        records.discussed_ticket(key, Vec::new())
    });
    let server = Server::of(records);
    let found = server
        .call("search", json!({"query": "everybody has a word"}))
        .await;
    let ids = found["results"].as_array().expect("a list").iter();
    let ids: BTreeSet<_> = ids
        .map(|row| row["id"].as_str().expect("an address"))
        .collect();
    assert_eq!(ids.len(), keys.len(), "{ids:?}");
    let (mut fetched, mut read) = (BTreeSet::new(), BTreeSet::new());
    for id in ids {
        let title = fetch(&server, id).await["title"].clone();
        let (key, _) = title
            .as_str()
            .expect("a title")
            .split_once(": ")
            .expect("a key");
        fetched.insert(key.to_owned());
        let ticket = server.read_json(id).await;
        read.insert(ticket["key"].as_str().expect("a key").to_owned());
    }
    let expected: BTreeSet<_> = keys.map(str::to_owned).into();
    assert_eq!(fetched, expected);
    assert_eq!(read, expected);
}

fn long_document() -> Server {
    let mut records = Records::default();
    for number in 0..400 {
        let heading = format!("Rule {number}");
        let body = format!("Rule {number} says what is to be done. ").repeat(8);
        records = records.passage(
            "docs/rules.md",
            Some(&format!("rule-{number}")),
            ("Rules", &[heading.as_str()]),
            &body,
        );
    }
    Server::of(records)
}

#[tokio::test]
async fn a_long_document_is_read_page_by_page_to_its_end() {
    let server = long_document();
    let mut id = "docs/rules.md".to_owned();
    let mut rules = BTreeSet::new();
    let mut pages = 0;
    loop {
        let page = server.call(TOOL, json!({"id": id, "maxChars": 5000})).await;
        assert!(text(&page).chars().count() <= 5000);
        rules.extend(
            text(&page)
                .lines()
                .filter_map(|line| line.strip_prefix("## Rule "))
                .map(str::to_owned),
        );
        pages += 1;
        match page["metadata"]["next"].as_str() {
            Some(next) => id = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(rules.len(), 400);
    assert!(pages > 20, "{pages}");
}

#[tokio::test]
async fn a_long_resource_is_bounded_and_says_where_it_goes_on() {
    let server = long_document();
    let list = server.read_json("aoma://knowledge-base").await;
    let mut uri = list["documents"][0]["uri"]
        .as_str()
        .expect("a uri")
        .to_owned();
    let mut rules = 0;
    loop {
        let page = server.read(&uri).await.expect("a page");
        assert!(page.chars().count() < 20_200);
        rules += page.matches("\n## Rule ").count();
        let Some((_, next)) = page.trim_end().rsplit_once("it goes on at ") else {
            break;
        };
        uri = next.trim_end_matches(']').to_owned();
    }
    assert_eq!(rules, 400);
}

#[tokio::test]
async fn a_ticket_of_any_length_is_bounded_and_read_on_as_text() {
    let comments = (0..300).map(|number| format!("Comment {number}. {}", "word ".repeat(60)));
    let server = Server::of(Records::default().discussed_ticket("BIG-1", comments.collect()));
    let ticket = server.read_json("jira://ticket/BIG-1").await;
    assert!(ticket.to_string().len() < 25_000);
    let next = ticket["next"].as_str().expect("an address");
    assert!(
        server
            .read(next)
            .await
            .expect("a page")
            .starts_with("# BIG-1: ")
    );
    let mut id = next.to_owned();
    let mut last = String::new();
    while !id.is_empty() {
        let page = fetch(&server, &id).await;
        last = text(&page).to_owned();
        id = page["metadata"]["next"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
    }
    assert!(last.contains("Comment 299."), "{last}");
}

#[tokio::test]
async fn what_is_called_nothing_here_is_answered_with_where_names_come_from() {
    let server = Server::of_company();
    for (id, named) in [
        ("NONE-1", "nothing here is called `NONE-1`"),
        ("docs/none.md", "nothing here is called `docs/none.md`"),
        ("aoma://doc/", "nothing here is called `aoma://doc/`"),
        ("https://example.com/a", "`https://example.com/a`"),
        (
            "aoma://doc/none-000000",
            "no document has the id `none-000000`",
        ),
    ] {
        let refusal = server.refusal(TOOL, json!({"id": id})).await;
        assert_eq!(refusal.kind(), "not_found", "{id}");
        assert!(refusal.to_string().contains(named), "{refusal}");
    }
}

/// Calls that between them return something of every kind.
fn calls() -> Vec<(&'static str, Value)> {
    vec![
        (
            "query_aoma_knowledge",
            json!({"query": "late returns crane warehouse", "threshold": 0, "maxResults": 20}),
        ),
        (
            "query_aoma_knowledge",
            json!({"query": "late returns zeppelin", "threshold": 1}),
        ),
        (
            "search_jira_tickets",
            json!({"query": "voucher", "threshold": 0}),
        ),
        ("get_jira_ticket_count", json!({})),
        (
            "search_git_commits",
            json!({"query": "voucher rollback", "threshold": 0}),
        ),
        (
            "search_code_files",
            json!({"query": "voucher checkout", "threshold": 0}),
        ),
        (
            "search_outlook_emails",
            json!({"query": "crane forklift", "threshold": 0}),
        ),
        ("search", json!({"query": "voucher crane rollback"})),
        ("fetch", json!({"id": "docs/refunds.md", "maxChars": 1000})),
        (
            "analyze_development_context",
            json!({"currentTask": "voucher for late returns is printed twice"}),
        ),
        ("get_system_health", json!({"includeDiagnostics": true})),
        ("get_server_capabilities", json!({})),
    ]
}

/// Whether it is the address of a resource, and not of a family of them.
fn is_resource(text: &str) -> bool {
    let mut schemes = ["aoma://", "jira://", "git://"].iter();
    schemes.any(|scheme| text.starts_with(scheme)) && !text.contains('{')
}

/// Every URI in `value`, and what else tools say to be read on by.
fn references(value: &Value, uris: &mut BTreeSet<String>, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let is_name = ["path", "ref", "key", "hash"].contains(&name.as_str());
                if let Some(text) = value.as_str().filter(|_| is_name) {
                    names.insert(text.to_owned());
                }
                references(value, uris, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, uris, names)),
        Value::String(text) if is_resource(text) => {
            uris.insert(text.clone());
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_of_every_tool_can_be_read() {
    let server = Server::of_company();
    let (mut uris, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut called = BTreeSet::new();
    for (tool, arguments) in calls() {
        called.insert(tool);
        references(&server.call(tool, arguments).await, &mut uris, &mut names);
    }
    let all: BTreeSet<_> = mesh_tools::registry::TOOLS
        .iter()
        .filter(|tool| !tool.family.is_open())
        .map(|tool| tool.name.as_str())
        .collect();
    assert_eq!(called, all, "each tool is tried");
    for kind in [
        "aoma://doc/",
        "jira://ticket/",
        "git://commit/",
        "aoma://code/",
        "aoma://mail/",
    ] {
        assert!(
            uris.iter().any(|uri| uri.starts_with(kind)),
            "{kind} in {uris:?}"
        );
    }
    for uri in &uris {
        assert!(!server.read(uri).await.expect(uri).is_empty());
        assert!(!text(&fetch(&server, uri).await).is_empty(), "{uri}");
    }
    assert!(names.len() > 10, "{names:?}");
    for name in &names {
        assert!(!text(&fetch(&server, name).await).is_empty(), "{name}");
    }
}

/// Sections of which some are too long for one passage, on lines of their own and on few.
fn documents() -> Vec<(&'static str, String)> {
    let paragraph = |name: &str, number: usize| {
        let sentence =
            format!("The {name} has part {number} of its own, which nothing else says. ");
        sentence.repeat(25).trim_end().to_owned()
    };
    let section = |name: &str| {
        (0..4)
            .map(|number| paragraph(name, number))
            .collect::<Vec<_>>()
    };
    let (crane, dock) = (section("crane"), section("dock"));
    let whole = |name: &str| section(name).join(" ");
    vec![
        (
            "a.md",
            format!(
                "# Yard\n\n## Machines\n\n### Crane\n\n{}\n\n### Dock\n\n{}\n",
                crane.join("\n\n"),
                dock.join("\n")
            ),
        ),
        (
            "b.txt",
            format!("{}\n\n{}\n", whole("gate"), whole("fence")),
        ),
        (
            "c.html",
            format!(
                "<title>Port</title><h1>Port</h1><h2 id=\"sea\">Sea</h2><p>{}</p><h2>Land</h2><p>{}</p>",
                whole("ship"),
                whole("road")
            ),
        ),
        (
            "d.rst",
            format!(
                "Shop\n====\n\nTill\n----\n\n{}\n",
                section("till").join("\n\n")
            ),
        ),
        (
            "e.adoc",
            format!("= Farm\n\n== Barn\n\n{}\n", section("barn").join("\n\n")),
        ),
    ]
}

#[tokio::test]
async fn the_uri_of_every_citation_leads_to_the_passage_it_quotes() {
    let documents = documents();
    let named: Vec<_> = documents
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let server = Server::of_documents(&named);
    let corpus = server.services.corpus().expect("a corpus").clone();
    let listed = corpus.documents(None, 100).expect("documents");
    assert_eq!(listed.items.len(), documents.len());
    for document in listed.items {
        let whole = corpus.document(&document.id).expect("is read");
        let passages = whole.expect("is there").passages;
        assert!(passages.len() > 3, "{}", document.path);
        for item in passages {
            let beginning: String = item.text.chars().take(300).collect();
            let citation = Citation::of(Hit {
                score: 1.0,
                quote: String::new(),
                item,
            });
            let fetched = fetch(&server, &citation.uri).await;
            let is_heading = |line: &&str| line.is_empty() || line.starts_with('#');
            let lines: Vec<_> = text(&fetched).lines().skip_while(is_heading).collect();
            assert!(
                lines.join("\n").starts_with(&beginning),
                "{}: {fetched}",
                citation.uri
            );
            let url = fetched["metadata"]["uri"].as_str().expect("a URI");
            assert_eq!(citation.document_uri(), url);
        }
    }
}
