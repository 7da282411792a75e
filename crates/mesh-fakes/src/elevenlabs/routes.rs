use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, patch, post};

use super::{
    Operation, Shared, agents, control, conversations, design, detailed, error, gate, isolation,
    knowledge, library, models, music, phone_numbers, simulation, sounds, speech, subscription,
    transcripts, voice_changer, voices,
};

pub(super) fn all(shared: &Shared) -> Router {
    let on = |operation: Operation, route: MethodRouter<Shared>| {
        let gate = axum::middleware::from_fn_with_state((shared.clone(), operation), gate::pass);
        route.layer(gate)
    };
    Router::new()
        .route(
            "/v1/text-to-speech/{voice_id}",
            on(Operation::TextToSpeech, post(speech::create)),
        )
        .route(
            "/v1/sound-generation",
            on(Operation::SoundEffect, post(sounds::create)),
        )
        .route(
            "/v1/voice-changer/{voice_id}",
            on(Operation::SpeechToSpeech, post(voice_changer::create)),
        )
        .route(
            "/v1/speech-to-speech/{voice_id}",
            on(Operation::SpeechToSpeech, post(voice_changer::create)),
        )
        .route(
            "/v1/audio-isolation",
            on(Operation::IsolateAudio, post(isolation::create)),
        )
        .route(
            "/v1/speech-to-text",
            on(Operation::SpeechToText, post(transcripts::create)),
        )
        .route("/v2/voices", on(Operation::Voices, get(voices::list)))
        .route(
            "/v1/voices/{id}",
            on(Operation::Voice, get(voices::retrieve)),
        )
        .route(
            "/v1/voices/add",
            on(Operation::CloneVoice, post(voices::add)),
        )
        .route(
            "/v1/shared-voices",
            on(Operation::SharedVoices, get(library::list)),
        )
        .route("/v1/models", on(Operation::Models, get(models::list)))
        .route(
            "/v1/user/subscription",
            on(Operation::Subscription, get(subscription::retrieve)),
        )
        .route(
            "/v1/text-to-voice/design",
            on(Operation::DesignVoice, post(design::preview)),
        )
        .route(
            "/v1/text-to-voice/create-previews",
            on(Operation::DesignVoice, post(design::preview)),
        )
        .route(
            "/v1/text-to-voice",
            on(Operation::CreateVoice, post(design::keep)),
        )
        .merge(agents_and_music(&on))
        .route(
            "/fake/requests",
            get(control::requests).delete(control::forget),
        )
        .route("/fake/next", post(control::plan))
        .fallback(error::unknown_path)
        .layer(DefaultBodyLimit::disable())
        .with_state(shared.clone())
}

fn agents_and_music(
    on: &impl Fn(Operation, MethodRouter<Shared>) -> MethodRouter<Shared>,
) -> Router<Shared> {
    let agent = on(Operation::Agent, get(agents::retrieve))
        .merge(on(Operation::UpdateAgent, patch(agents::update)));
    Router::new()
        .route(
            "/v1/convai/agents",
            on(Operation::Agents, get(agents::list)),
        )
        .route(
            "/v1/convai/agents/create",
            on(Operation::CreateAgent, post(agents::create)),
        )
        .route("/v1/convai/agents/{id}", agent)
        .route(
            "/v1/convai/agents/{id}/simulate-conversation",
            on(Operation::Simulate, post(simulation::run)),
        )
        .route(
            "/v1/convai/knowledge-base/url",
            on(Operation::CreateKnowledge, post(knowledge::of_url)),
        )
        .route(
            "/v1/convai/knowledge-base/text",
            on(Operation::CreateKnowledge, post(knowledge::of_text)),
        )
        .route(
            "/v1/convai/knowledge-base/file",
            on(Operation::CreateKnowledge, post(knowledge::of_file)),
        )
        .route(
            "/v1/convai/conversations",
            on(Operation::Conversations, get(conversations::list)),
        )
        .route(
            "/v1/convai/conversations/{id}",
            on(Operation::Conversation, get(conversations::retrieve)),
        )
        .route(
            "/v1/convai/phone-numbers",
            on(Operation::PhoneNumbers, get(phone_numbers::list)),
        )
        .route(
            "/v1/music",
            on(Operation::ComposeMusic, post(music::compose)),
        )
        .route(
            "/v1/music/detailed",
            on(Operation::ComposeMusic, post(detailed::compose)),
        )
        .route(
            "/v1/music/plan",
            on(Operation::CompositionPlan, post(music::plan)),
        )
        .route(
            "/v1/music/video-to-music",
            on(Operation::VideoToMusic, post(music::of_videos)),
        )
        .route(
            "/v1/music/upload",
            on(Operation::UploadMusic, post(music::upload)),
        )
}
