use std::collections::BTreeMap;

use mesh_clients::elevenlabs::{
    ElevenLabsError, FineTuning, LibraryQuery, NewVoiceRequest, SpokenLanguage, VoiceClone,
    VoiceDesign, VoiceQuery,
};
use mesh_fakes::elevenlabs::{PREMADE_VOICE, TRAINED_VOICE, audio};
use serde_json::json;

use super::{World, soon, upload};

const DESCRIPTION: &str = "A calm lighthouse keeper, low and unhurried.";

#[tokio::test]
async fn voices_are_found_in_an_order_and_in_pages() {
    let world = World::new().await;
    for number in 0..148 {
        world.fake.add_voice(&format!("Extra {number:03}"));
    }
    let mut query = VoiceQuery {
        sort: Some("name".to_owned()),
        sort_direction: Some("desc".to_owned()),
        ..VoiceQuery::default()
    };
    let first = world.client.voices(&world.key, &query, soon()).await;
    let first = first.expect("a page");
    assert_eq!((first.voices.len(), first.has_more), (100, true));
    assert_eq!(first.voices[0].name, "Jessica");
    query.page_token = first.next_page_token;
    let second = world.client.voices(&world.key, &query, soon()).await;
    let second = second.expect("a page");
    assert_eq!((second.voices.len(), second.has_more), (50, false));
    assert_eq!(second.voices[49].name, "Adam");
    let sent = &world.fake.requests()[1];
    assert_eq!(sent.path, "/v2/voices");
    let expected = [
        ("next_page_token", "100"),
        ("page_size", "100"),
        ("sort", "name"),
        ("sort_direction", "desc"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent.query, BTreeMap::from(expected));
}

#[tokio::test]
async fn a_search_may_hold_anything() {
    let world = World::new().await;
    let id = world.fake.add_voice("R&D = ? #1 ü");
    let query = VoiceQuery {
        search: Some("r&d = ? #1 ü".to_owned()),
        ..VoiceQuery::default()
    };
    let page = world.client.voices(&world.key, &query, soon()).await;
    let page = page.expect("a page");
    assert_eq!(page.voices.len(), 1);
    assert_eq!(page.voices[0].voice_id, id);
}

#[tokio::test]
async fn a_voice_tells_how_far_it_is_trained_where_it_is() {
    let world = World::new().await;
    let trained = world.client.voice(&world.key, TRAINED_VOICE, soon()).await;
    let trained = trained.expect("there");
    let state = [("eleven_multilingual_v2".to_owned(), "fine_tuned".to_owned())];
    let fine_tuning = FineTuning {
        is_allowed_to_fine_tune: Some(true),
        state: BTreeMap::from(state),
    };
    assert_eq!(trained.fine_tuning, Some(fine_tuning));
    assert_eq!(trained.labels["accent"], "american");
    let premade = world.client.voice(&world.key, PREMADE_VOICE, soon()).await;
    let premade = premade.expect("there");
    assert_eq!(
        (premade.name.as_str(), premade.fine_tuning),
        ("Jessica", None)
    );
    assert_eq!(premade.category.as_deref(), Some("premade"));
    let gone = world.client.voice(&world.key, "gone", soon()).await;
    assert!(
        matches!(gone, Err(ElevenLabsError::VoiceNotFound)),
        "{gone:?}"
    );
}

#[tokio::test]
async fn what_others_share_comes_in_pages() {
    let world = World::new().await;
    world.fake.share_voices(25);
    let mut query = LibraryQuery {
        page: 1,
        page_size: 20,
        search: None,
    };
    let page = world.client.shared_voices(&world.key, &query, soon()).await;
    let page = page.expect("a page");
    assert_eq!((page.voices.len(), page.has_more), (5, false));
    let voice = &page.voices[0];
    assert_eq!(
        (voice.name.as_str(), voice.free_users_allowed),
        ("Shared 20", Some(true))
    );
    let spoken = SpokenLanguage {
        language: "en".to_owned(),
        accent: Some("british".to_owned()),
    };
    assert_eq!(voice.verified_languages, Some(vec![spoken]));
    query.page = 0;
    query.search = Some("Shared 7".to_owned());
    let page = world.client.shared_voices(&world.key, &query, soon()).await;
    assert_eq!(page.expect("a page").voices.len(), 1);
}

#[tokio::test]
async fn a_voice_is_cloned_from_recordings() {
    let world = World::new().await;
    let request = VoiceClone {
        name: "Mine".to_owned(),
        description: Some("At home".to_owned()),
        files: vec![upload("one.mp3", b"ID3 1"), upload("two.mp3", b"ID3 2")],
    };
    let voice = world.client.clone_voice(&world.key, &request, soon()).await;
    let voice = voice.expect("cloned");
    assert!(!voice.requires_verification);
    let kept = world
        .client
        .voice(&world.key, &voice.voice_id, soon())
        .await;
    let kept = kept.expect("it is there");
    assert_eq!(
        (kept.name.as_str(), kept.category.as_deref()),
        ("Mine", Some("cloned"))
    );
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, "/v1/voices/add");
    let parts = sent.parts().await;
    let names: Vec<_> = parts
        .iter()
        .map(|part| (part.name.as_str(), part.text()))
        .collect();
    let expected = [
        ("name", "Mine".to_owned()),
        ("description", "At home".to_owned()),
        ("files", "ID3 1".to_owned()),
        ("files", "ID3 2".to_owned()),
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_voice_is_designed_heard_and_kept_once() {
    let world = World::new().await;
    let design = VoiceDesign {
        voice_description: DESCRIPTION.to_owned(),
        text: None,
    };
    let previews = world.client.design_voice(&world.key, &design, soon()).await;
    let previews = previews.expect("designed");
    assert_eq!(previews.previews.len(), 3);
    let first = &previews.previews[0];
    let length = audio(&previews.text, "", "mp3_44100_128").len();
    assert_eq!(
        (first.audio.len(), first.media_type.as_str()),
        (length, "audio/mpeg")
    );
    let keep = NewVoiceRequest {
        voice_name: "Keeper".to_owned(),
        voice_description: DESCRIPTION.to_owned(),
        generated_voice_id: first.generated_voice_id.clone(),
    };
    let voice = world.client.create_voice(&world.key, &keep, soon()).await;
    assert_eq!(voice.expect("kept").name, "Keeper");
    let again = world.client.create_voice(&world.key, &keep, soon()).await;
    assert!(
        matches!(again, Err(ElevenLabsError::VoiceNotFound)),
        "{again:?}"
    );
    assert_eq!(world.fake.voices(), ["Adam", "Jessica", "Keeper"]);
    let requests = world.fake.requests();
    assert_eq!(requests[0].path, "/v1/text-to-voice/design");
    let body = json!({"voice_description": DESCRIPTION, "auto_generate_text": true});
    assert_eq!(requests[0].json(), body);
    assert_eq!(requests[1].path, "/v1/text-to-voice");
    let body = json!({
        "voice_name": "Keeper", "voice_description": DESCRIPTION, "generated_voice_id": first.generated_voice_id,
    });
    assert_eq!(requests[1].json(), body);
}

#[tokio::test]
async fn fields_that_are_wrong_are_named_and_not_quoted() {
    let world = World::new().await;
    let design = VoiceDesign {
        voice_description: "too short".to_owned(),
        text: None,
    };
    let error = world.client.design_voice(&world.key, &design, soon()).await;
    let expected = "it does not take the request: status 422, code none, \
                    field `body.voice_description` (`string_too_short`)";
    assert_eq!(error.expect_err("too short").to_string(), expected);
}
