//! A workspace of ElevenLabs on a local port, for suites that run the real binaries.

use clap::Parser;
use mesh_fakes::elevenlabs::workspace::FakeWorkspace;

/// Serves a workspace on loopback until it is ended; the first line of its output is the base address. It takes the key
/// `sk_fake_0123456789_of_elevenlabs` alone.
#[derive(Debug, Parser)]
struct Arguments {
    /// An agent that there is; once for each.
    #[arg(long = "agent")]
    agents: Vec<String>,
    /// What lists the tools of a server, in place of a client of our own: it reads `{"url": …, "headers": {…}}` from its input, and
    /// writes a list of tools.
    #[arg(long, num_args = 1.., value_name = "PROGRAM ARGUMENT")]
    client: Option<Vec<String>>,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it waits for this line")]
async fn main() -> std::io::Result<()> {
    let fake = FakeWorkspace::start().await;
    let arguments = Arguments::parse();
    for agent in arguments.agents {
        fake.add_agent(&agent, &[]);
    }
    if let Some(client) = arguments.client {
        fake.list_by(client);
    }
    println!("{}", fake.base());
    tokio::signal::ctrl_c().await
}
