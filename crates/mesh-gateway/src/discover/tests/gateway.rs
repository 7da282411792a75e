use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{around, told, variables};
use crate::discover::{Around, Discovery, Source};

/// A gateway on loopback that answers each path with what it is told to; what it does not know is not found.
struct Fake {
    address: String,
    answers: Arc<Mutex<Vec<(&'static str, String)>>>,
}

impl Fake {
    fn start(answers: Vec<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answers = Arc::new(Mutex::new(answers));
        let known = Arc::clone(&answers);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let first = lines.next().unwrap_or_default();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let known = known.lock().expect("not poisoned");
                let answer = known.iter().find(|(known, _)| *known == path);
                let (status, body) =
                    answer.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", body));
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                // Whoever asked may have left.
                let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
            }
        });
        Self { address, answers }
    }

    fn discovery(&self, path: &str) -> Discovery {
        let around = Around {
            gateway: format!("{}{path}", self.address),
            ..around(Path::new("/"), variables([]))
        };
        Discovery::new([Source::Gateway], around)
    }

    async fn told(&self, discovery: &Discovery) -> Vec<String> {
        let told = told(&discovery.read().await);
        told.iter()
            .map(|line| line.replace(&self.address, "GATEWAY"))
            .collect()
    }
}

#[tokio::test]
async fn the_targets_of_an_agentgateway() {
    let dump = include_str!("../../../tests/files/agentgateway.config_dump.json");
    let fake = Fake::start(vec![("/config_dump", dump.to_owned())]);
    let told = fake.told(&fake.discovery("")).await;
    assert_eq!(
        told,
        [
            "events (gateway, GATEWAY/): Sse http://events.tools.svc.cluster.local:3000/sse",
            "everything (gateway, GATEWAY/): <npx> <@modelcontextprotocol/server-everything> KEY=${KEY} MODE=quiet",
            "inline (gateway, GATEWAY/): Streamable http://127.0.0.1:8081/mcp",
            "remote (gateway, GATEWAY/): Streamable https://example.com/mcp",
            "? GATEWAY/: petstore: has no effect: it is neither `stdio`, `mcp` nor `sse`",
            "? GATEWAY/: gone: has no effect: where it is cannot be told from the configuration",
            "? GATEWAY/: everything: a target of this name stands before it, and what stands here has no effect",
        ],
        "\n{}\n",
        told.join("\n")
    );
}

#[tokio::test]
async fn a_list_of_servers_and_of_names() {
    let list = r#"["time", {"name": "git", "protocol": "stdio", "command": "git-mcp", "args": [], "env": {}, "endpoint": null,
        "tools": [], "description": null}, {"name": "web", "protocol": "http", "endpoint": "https://web.example.com/mcp"}, 7]"#;
    let ours = r#"{"servers": [{"name": "two words", "state": "up", "tools": 3}]}"#;
    let fake = Fake::start(vec![
        ("/mcp/servers", list.to_owned()),
        ("/ours/mcp/servers", ours.to_owned()),
    ]);
    assert_eq!(
        fake.told(&fake.discovery("")).await,
        [
            "git (gateway, GATEWAY/): <git-mcp>",
            "time (gateway, GATEWAY/): Either GATEWAY/mcp/time",
            "web (gateway, GATEWAY/): Either https://web.example.com/mcp",
            "? GATEWAY/: [3]: has no effect: it is neither a name nor a table of members",
        ]
    );
    assert_eq!(
        fake.told(&fake.discovery("/ours/mcp/servers")).await,
        ["two words (gateway, GATEWAY/ours/mcp/servers): Either GATEWAY/ours/mcp/two%20words"]
    );
}

#[tokio::test]
async fn a_gateway_that_fails_keeps_what_it_said() {
    let fake = Fake::start(vec![("/mcp/servers", r#"["time"]"#.to_owned())]);
    let discovery = fake.discovery("/mcp/servers");
    let known = "time (gateway, GATEWAY/mcp/servers): Either GATEWAY/mcp/time";
    assert_eq!(fake.told(&discovery).await, [known]);
    for (answer, why) in [
        (
            "<html>",
            "its answer is not JSON: is this the address of its administration?",
        ),
        (
            "{}",
            "its answer has neither `backends` (`/config_dump` of AgentGateway) nor `servers` (`/mcp/servers`)",
        ),
    ] {
        fake.answers.lock().expect("not poisoned")[0].1 = answer.to_owned();
        let told = format!("? GATEWAY/mcp/servers: {why}; what it said before holds");
        assert_eq!(fake.told(&discovery).await, [known, &told]);
    }
    fake.answers.lock().expect("not poisoned").clear();
    let told = fake.told(&discovery).await;
    assert!(told[1].contains("404") && told[0] == known, "{told:?}");
}

#[tokio::test]
async fn one_beyond_this_machine_is_not_asked_in_the_clear() {
    let around = Around {
        gateway: "http://agentgateway.example.com:15000".to_owned(),
        ..around(Path::new("/"), variables([]))
    };
    let told = told(&Discovery::new([Source::Gateway], around).read().await);
    assert!(told[0].contains("it is not encrypted"), "{told:?}");
}
