//! The fixtures that the official conformance suite asks for, to be served through the same code as the product.
//!
//! What each fixture does is the suite's to say; the names are its own.

mod content;
mod notify;
mod prompts;
mod question;
mod resources;
mod rounds;

use mesh_tools::catalog::Uses;
use mesh_tools::{Catalog, Entry};

/// All of them.
pub static CATALOG: Catalog = Catalog {
    tools: &TOOLS,
    resources: resources::RESOURCES,
    templates: resources::TEMPLATES,
    prompts: prompts::PROMPTS,
    uses: Uses {
        logging: true,
        idle_subscriptions: true,
    },
};

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
