use mesh_clients::elevenlabs::{CreditExtension, Language};

use super::{World, soon};

#[tokio::test]
async fn models_tell_what_they_can_and_cost() {
    let world = World::new().await;
    let models = world.client.models(&world.key, soon()).await;
    let models = models.expect("answered");
    let model = |id: &str| {
        let mut models = models.iter();
        models.find(|model| model.model_id == id).expect("there")
    };
    let flash = model("eleven_flash_v2_5");
    assert_eq!(flash.character_cost_multiplier, Some(0.5));
    assert_eq!(flash.maximum_text_length_per_request, Some(40_000));
    assert!(flash.can_do_text_to_speech && !flash.can_do_voice_conversion);
    let english = Language {
        language_id: "en".to_owned(),
        name: "English".to_owned(),
    };
    assert_eq!(model("eleven_flash_v2").languages, [english]);
    assert!(model("eleven_multilingual_sts_v2").can_do_voice_conversion);
    assert_eq!(world.fake.requests()[0].path, "/v1/models");
}

#[tokio::test]
async fn the_subscription_counts_what_is_spent() {
    let world = World::new().await;
    world.fake.leave_credits(100);
    let left = async || {
        let subscription = world.client.subscription(&world.key, soon()).await;
        subscription.expect("answered")
    };
    assert_eq!(left().await.credits_left(), Some(100));
    world.speak(soon()).await.expect("spoken");
    let subscription = left().await;
    assert_eq!(subscription.credits_left(), Some(64));
    assert_eq!(
        (subscription.tier.as_str(), subscription.status.as_str()),
        ("creator", "active")
    );
    let extension = subscription.max_credit_limit_extension;
    assert_eq!(extension, Some(CreditExtension::Credits(0)));
    assert_eq!(subscription.voice_limit, Some(30));
}
