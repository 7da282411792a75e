//! Entries whose requests are signed: what cannot be meant is told when they are read, the rest when they are started.

use std::path::Path;

use mesh_gateway::discover::Source;
use mesh_gateway::entry::Sign;
use mesh_gateway::{Gateway, source};
use serde_json::{Value, json};

use crate::support::{soon, world};

fn read(entry: &Value) -> source::Read {
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    source::read(Path::new("mcp.json"), &text)
}

#[track_caller]
fn refused(entry: &Value, told: &str) {
    let read = read(entry);
    assert_eq!(read.entries, []);
    let all: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|fault| fault.ends_with(told)), "{all:?}");
}

#[test]
fn it_is_said_for_whom_they_are_signed_or_the_host_says_it() {
    let of = |sign: Value| {
        let entry = json!({"url": "https://x.example.com", "mesh": {"sign": sign}});
        let mut read = read(&entry);
        assert_eq!(read.faults, []);
        read.entries.remove(0).options.sign
    };
    assert_eq!(of(json!(true)), Some(Sign::ByHost));
    assert_eq!(of(json!(false)), None);
    let Some(Sign::For(scope)) = of(json!({"service": "lambda", "region": "eu-west-1"})) else {
        panic!("it is said for whom");
    };
    assert_eq!(
        (scope.service.as_str(), scope.region.as_str()),
        ("lambda", "eu-west-1")
    );
}

#[test]
fn it_stays_when_the_entry_is_written_into_another_file() {
    for sign in [
        json!(true),
        json!({"service": "execute-api", "region": "us-east-2"}),
    ] {
        let of = json!({"url": "https://x.example.com", "mesh": {"sign": sign}});
        let entry = read(&of).entries.remove(0);
        let written = source::portable(&entry, source::Values::Apart).expect("written");
        assert_eq!(written.entry, of);
    }
}

#[test]
fn a_signature_beside_a_token_or_for_a_process_is_a_contradiction() {
    let token =
        "where `oauth` and an `Authorization` header have a token: keep the one that is meant";
    let sign = json!({"sign": true});
    let headers = json!({"authorization": "Bearer x"});
    refused(
        &json!({"url": "https://x.example.com", "headers": headers, "mesh": sign}),
        token,
    );
    let oauth = json!({"tokenUrl": "https://id.example.com", "clientId": "a", "clientSecret": "b"});
    let both = json!({"sign": true, "oauth": oauth});
    refused(
        &json!({"url": "https://x.example.com", "mesh": both}),
        token,
    );
    refused(
        &json!({"command": "server", "mesh": sign}),
        "and this server is a process: leave it out",
    );
}

#[test]
fn for_whom_is_said_in_whole_and_in_plain_words() {
    for sign in [
        json!({"service": "lambda"}),
        json!({"service": "lambda", "region": "eu west"}),
        json!({"service": "", "region": "eu-west-1"}),
    ] {
        refused(
            &json!({"url": "https://x.example.com", "mesh": {"sign": sign}}),
            "this needs `service` and `region`, each of letters, digits and `-`",
        );
    }
    refused(
        &json!({"url": "https://x.example.com", "mesh": {"sign": "lambda"}}),
        "with what is meant",
    );
}

#[test]
fn an_address_that_was_found_is_signed_for_once_a_person_has_approved_it() {
    let mut found = read(&json!({"url": "https://x.example.com", "mesh": {"sign": true}})).entries;
    let mut found = found.remove(0);
    assert!(!found.needs_approval());
    found.found_by = Some(Source::Files);
    assert!(found.needs_approval());
    found.options.sign = None;
    assert!(!found.needs_approval());
}

#[tokio::test]
async fn nothing_is_signed_in_the_clear_or_by_nobody() {
    let cluster = "http://orders.tools.svc.cluster.local/mcp";
    for (url, told) in [
        (
            cluster,
            "its `url` begins with http://, over which nothing is signed: use https://",
        ),
        (
            "https://127.0.0.1:9/mcp",
            "there is nobody to sign requests here",
        ),
    ] {
        let entries = read(&json!({"url": url, "mesh": {"sign": true}})).entries;
        let gateway = Gateway::new(entries, &world(), 48);
        gateway.known(soon()).await;
        let (_, fault) = gateway.stats().remove(0).fault.expect("a fault");
        assert_eq!(fault.to_string(), told);
    }
}
