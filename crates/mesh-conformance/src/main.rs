//! Serves the fixtures on a port of its own.

use std::net::{SocketAddr, TcpListener};

use clap::Parser;
use mesh_app::config::{Config, Variables};
use mesh_app::{App, serve};
use mesh_conformance::CATALOG;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Keep sessions for clients that initialise.
    #[arg(long)]
    sessions: bool,
}

#[tokio::main]
#[expect(
    clippy::print_stderr,
    reason = "the suite's runner waits for this line"
)]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let sessions = if arguments.sessions { "on" } else { "off" };
    let listener = TcpListener::bind(arguments.listen)?;
    let address = listener.local_addr()?.to_string();
    let variables = Variables::new([
        ("MESH_LISTEN", address.as_str()),
        ("MESH_SESSIONS", sessions),
    ]);
    let app = App::build(Config::read_to_serve(&variables)?, CATALOG)?;
    eprintln!("listening on http://{address}");
    serve::http(app, listener, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
