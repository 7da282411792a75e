//! The one list of everything that is offered, in reading order.

use crate::catalog::{Catalog, Uses};
use crate::code::{SearchCodeFiles, SearchGitCommits};
use crate::development::AnalyzeDevelopmentContext;
use crate::entry::Entry;
use crate::knowledge::QueryAomaKnowledge;
use crate::mail::SearchOutlookEmails;
use crate::prompts::PROMPTS;
use crate::reading::{Fetch, Search};
use crate::resources::{RESOURCES, TEMPLATES};
use crate::system::{GetServerCapabilities, GetSystemHealth};
use crate::tracker::{GetJiraTicketCount, SearchJiraTickets};

pub static TOOLS: &[Entry] = &LIST;

static LIST: [Entry; 11] = [
    Entry::of::<QueryAomaKnowledge>(),
    Entry::of::<SearchJiraTickets>(),
    Entry::of::<GetJiraTicketCount>(),
    Entry::of::<SearchGitCommits>(),
    Entry::of::<SearchCodeFiles>(),
    Entry::of::<SearchOutlookEmails>(),
    Entry::of::<Search>(),
    Entry::of::<Fetch>(),
    Entry::of::<AnalyzeDevelopmentContext>(),
    Entry::of::<GetSystemHealth>(),
    Entry::of::<GetServerCapabilities>(),
];

pub static CATALOG: Catalog = Catalog {
    tools: TOOLS,
    resources: RESOURCES,
    templates: TEMPLATES,
    prompts: PROMPTS,
    uses: Uses {
        logging: false,
        idle_subscriptions: false,
    },
};
