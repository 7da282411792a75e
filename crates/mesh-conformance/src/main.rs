//! Serves the fixtures that the official conformance suite asks for, through the same code as the product.
//!
//! What each fixture does is the suite's to say; the names are its own.

mod content;
mod notify;
mod prompts;
mod question;
mod resources;
mod rounds;

use std::net::{SocketAddr, TcpListener};

use clap::Parser;
use mesh_app::config::{Config, Variables};
use mesh_app::{App, serve};
use mesh_tools::catalog::Uses;
use mesh_tools::{Catalog, Entry};

static TOOLS: [Entry; 26] = [
    Entry::of::<content::SimpleText>(),
    Entry::of::<content::ImageContent>(),
    Entry::of::<content::AudioContent>(),
    Entry::of::<content::EmbeddedResource>(),
    Entry::of::<content::MultipleContentTypes>(),
    Entry::of::<content::ErrorHandling>(),
    Entry::of::<content::Schema202012>(),
    Entry::of::<notify::WithProgress>(),
    Entry::of::<notify::WithLogging>(),
    Entry::of::<notify::LoggingTool>(),
    Entry::of::<notify::TriggerToolChange>(),
    Entry::of::<notify::TriggerPromptChange>(),
    Entry::of::<question::Sampling>(),
    Entry::of::<question::Elicitation>(),
    Entry::of::<question::ElicitationDefaults>(),
    Entry::of::<question::ElicitationEnums>(),
    Entry::of::<question::MissingCapability>(),
    Entry::of::<question::StreamingElicitation>(),
    Entry::of::<rounds::Elicit>(),
    Entry::of::<rounds::Sample>(),
    Entry::of::<rounds::ListRoots>(),
    Entry::of::<rounds::RequestState>(),
    Entry::of::<rounds::MultipleInputs>(),
    Entry::of::<rounds::MultiRound>(),
    Entry::of::<rounds::TamperedState>(),
    Entry::of::<rounds::Capabilities>(),
];

static CATALOG: Catalog = Catalog {
    tools: &TOOLS,
    resources: resources::RESOURCES,
    templates: resources::TEMPLATES,
    prompts: prompts::PROMPTS,
    uses: Uses {
        logging: true,
        idle_subscriptions: true,
    },
};

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
    let app = App::build(Config::read(&variables)?, CATALOG)?;
    eprintln!("listening on http://{address}");
    serve::http(app, listener, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
