//! ElevenLabs on a local port, for suites that run the real binaries.

use clap::Parser;
use mesh_fakes::elevenlabs::{FakeElevenLabs, KEY};

/// Serves ElevenLabs' API on loopback until it is ended; the first line of its output is the base address. Below `/fake` it
/// tells what was asked, and is told what to do next.
#[derive(Debug, Parser)]
struct Arguments {
    /// The one key that is accepted.
    #[arg(long, default_value = KEY)]
    key: String,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it waits for this line")]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let fake = FakeElevenLabs::start().await;
    fake.accept_key(&arguments.key);
    println!("{}", fake.base());
    tokio::signal::ctrl_c().await
}
