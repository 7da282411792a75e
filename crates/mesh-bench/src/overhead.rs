//! One request at a time over a warm connection, to our server and to a bare one in turn.
//!
//! The bare server is what a competent user of rmcp and axum writes in an afternoon: the same tools over the same corpus,
//! stateless, JSON answers, no log, no deadline, no counters, no checks of Host, Origin or caller. Like ours it runs on one
//! thread and sets TCP_NODELAY, so that what differs is the layers.

pub(crate) mod bare;
pub(crate) mod client;
mod process;
pub(crate) mod upstream;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::figures::{microseconds, quantile};
use crate::print;

use client::Client;
use process::Server;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The release binary of `mesh`.
    #[arg(long, default_value = "target/release/mesh")]
    mesh: PathBuf,
    #[arg(long)]
    corpus: PathBuf,
    /// Requests per server and kind of request.
    #[arg(long, default_value_t = 3000)]
    rounds: usize,
}

/// Each is sent as the clients of its revision send it.
const REQUESTS: [(&str, &str, &str); 4] = [
    (
        "tools/list, 2025-11-25",
        "MCP-Protocol-Version: 2025-11-25\r\n",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
    ),
    (
        "tools/call, 2025-11-25",
        "MCP-Protocol-Version: 2025-11-25\r\n",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_jira_ticket_count","arguments":{}}}"#,
    ),
    (
        "tools/call, 2026-07-28",
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: get_jira_ticket_count\r\n",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}},"name":"get_jira_ticket_count","arguments":{}}}"#,
    ),
    (
        "knowledge query, 2025-11-25",
        "MCP-Protocol-Version: 2025-11-25\r\n",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_aoma_knowledge","arguments":{"query":"What is AOMA?"}}}"#,
    ),
];

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = Server::ours(&arguments.mesh, &arguments.corpus)?;
    let bare = Server::bare(&arguments.corpus)?;
    print("| request | ours p50 µs | p99 | bare p50 µs | p99 | ratio of medians |");
    print("|---|--:|--:|--:|--:|--:|");
    for (name, headers, body) in REQUESTS {
        let mut clients = [
            Client::connect(ours.address)?,
            Client::connect(bare.address)?,
        ];
        let times = interleaved(&mut clients, headers, body, arguments.rounds)?;
        let at = |server: usize, share| microseconds(quantile(&times[server], share));
        print(&format!(
            "| {name} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} |",
            at(0, 0.5),
            at(0, 0.99),
            at(1, 0.5),
            at(1, 0.99),
            at(0, 0.5) / at(1, 0.5)
        ));
    }
    print(&format!(
        "\nResident memory after the run: ours {} kB, bare {} kB.",
        ours.resident_kb()?,
        bare.resident_kb()?
    ));
    Ok(())
}

/// One request to each in turn, so that whatever else the machine does falls on both.
fn interleaved(
    clients: &mut [Client; 2],
    headers: &str,
    body: &str,
    rounds: usize,
) -> Result<[Vec<Duration>; 2]> {
    let mut times = [Vec::with_capacity(rounds), Vec::with_capacity(rounds)];
    let warm_up = rounds / 10;
    for round in 0..rounds + warm_up {
        for (client, times) in clients.iter_mut().zip(&mut times) {
            let time = client.send(headers, body)?;
            if round >= warm_up {
                times.push(time);
            }
        }
    }
    Ok(times)
}
