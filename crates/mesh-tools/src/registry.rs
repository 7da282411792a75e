//! The one list of everything that is offered, in reading order.

use crate::agents;
use crate::catalog::{Catalog, Uses};
use crate::code::{SearchCodeFiles, SearchGitCommits};
use crate::development::AnalyzeDevelopmentContext;
use crate::entry::Entry;
use crate::knowledge::QueryAomaKnowledge;
use crate::mail::SearchOutlookEmails;
use crate::music;
use crate::prompts::PROMPTS;
use crate::reading::{Fetch, Search};
use crate::resources::{RESOURCES, TEMPLATES};
use crate::system::{GetServerCapabilities, GetSystemHealth};
use crate::tracker::{GetJiraTicketCount, SearchJiraTickets};
use crate::voice;

pub static TOOLS: &[Entry] = &LIST;

static LIST: [Entry; 36] = [
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
    Entry::of::<voice::TextToSpeech>(),
    Entry::of::<voice::SpeechToText>(),
    Entry::of::<voice::TextToSoundEffects>(),
    Entry::of::<voice::SpeechToSpeech>(),
    Entry::of::<voice::IsolateAudio>(),
    Entry::of::<voice::SearchVoices>(),
    Entry::of::<voice::GetVoice>(),
    Entry::of::<voice::SearchVoiceLibrary>(),
    Entry::of::<voice::ListModels>(),
    Entry::of::<voice::TextToVoice>(),
    Entry::of::<voice::CreateVoiceFromPreview>(),
    Entry::of::<voice::VoiceClone>(),
    Entry::of::<voice::CheckSubscription>(),
    Entry::of::<agents::ListAgents>(),
    Entry::of::<agents::GetAgent>(),
    Entry::of::<agents::CreateAgent>(),
    Entry::of::<agents::AddKnowledgeBaseToAgent>(),
    Entry::of::<agents::ListConversations>(),
    Entry::of::<agents::GetConversation>(),
    Entry::of::<agents::SimulateConversation>(),
    Entry::of::<agents::ListPhoneNumbers>(),
    Entry::of::<music::ComposeMusic>(),
    Entry::of::<music::CreateCompositionPlan>(),
    Entry::of::<music::VideoToMusic>(),
    Entry::of::<music::UploadMusicForInpainting>(),
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
