use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use super::{
    Operation, Shared, control, design, error, gate, isolation, library, models, sounds, speech,
    subscription, transcripts, voice_changer, voices,
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
        .route(
            "/fake/requests",
            get(control::requests).delete(control::forget),
        )
        .route("/fake/next", post(control::plan))
        .fallback(error::unknown_path)
        .layer(DefaultBodyLimit::disable())
        .with_state(shared.clone())
}
