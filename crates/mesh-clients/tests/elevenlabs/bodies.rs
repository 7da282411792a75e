use std::time::{Duration, Instant};

use mesh_clients::elevenlabs::ElevenLabsError;
use mesh_fakes::elevenlabs::{Behaviour, PREMADE_VOICE, audio};

use super::{TEXT, World, millis, soon, whole};

/// What becomes of a sound whose body behaves so, once it is read.
async fn read(behaviour: Behaviour) -> Result<Vec<u8>, ElevenLabsError> {
    let world = World::speaking(behaviour).await;
    whole(world.speak(soon()).await?).await
}

#[tokio::test]
async fn a_slow_body_is_read_to_its_end() {
    let sound = read(Behaviour::Slow { ms: 20 }).await;
    let expected = audio(TEXT, PREMADE_VOICE, "mp3_44100_128");
    assert_eq!(sound.expect("whole"), expected);
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_no_sound_and_was_paid_for() {
    let error = read(Behaviour::CutOff).await.expect_err("half of it");
    assert!(
        matches!(error, ElevenLabsError::BrokenOff { .. }),
        "{error:?}"
    );
    assert!(error.may_have_charged());
}

#[tokio::test]
async fn a_body_that_stalls_ends_at_the_deadline() {
    let world = World::speaking(Behaviour::StallHalfway { ms: 30_000 }).await;
    let begun = Instant::now();
    let sound = world.speak(millis(1_500)).await.expect("it has begun");
    let error = whole(sound).await.expect_err("half of it");
    assert!(matches!(error, ElevenLabsError::TimedOut(_)), "{error:?}");
    assert!(error.may_have_charged());
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_no_sound_is_not_read() {
    for behaviour in [Behaviour::Html, Behaviour::WrongType] {
        let error = read(behaviour).await.expect_err("no sound");
        let expected = "its answer is not what is documented: it is no audio";
        assert_eq!(error.to_string(), expected);
        assert!(error.may_have_charged());
    }
}

#[tokio::test]
async fn an_empty_body_is_no_sound() {
    let error = read(Behaviour::Empty).await.expect_err("nothing");
    let expected = "its answer is not what is documented: it is empty";
    assert_eq!(error.to_string(), expected);
    assert!(error.may_have_charged());
}

/// It goes through in parts; one beyond the bound ends there.
#[tokio::test]
async fn a_large_body_comes_in_small_parts_and_has_a_bound() {
    let read = async |bytes| {
        let world = World::speaking(Behaviour::Huge { bytes }).await;
        let mut sound = world.speak(millis(60_000)).await.expect("it has begun");
        let (mut total, mut largest) = (0, 0);
        loop {
            match sound.chunk().await {
                Ok(Some(chunk)) => {
                    total += chunk.len() as u64;
                    largest = largest.max(chunk.len());
                }
                Ok(None) => return (total, largest, None),
                Err(error) => return (total, largest, Some(error)),
            }
        }
    };
    let (total, largest, error) = read(200_000_000).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(total, 200_000_000);
    assert!(largest <= 1024 * 1024, "{largest}");
    let (_, _, error) = read(600_000_000).await;
    let error = error.expect("too large");
    assert!(
        error.to_string().ends_with("larger than 536870912 bytes"),
        "{error}"
    );
    assert!(error.may_have_charged());
}

#[tokio::test]
async fn an_answer_can_be_late_and_is_waited_for() {
    let world = World::speaking(Behaviour::Stall { ms: 2_200 }).await;
    world.speak(soon()).await.expect("spoken");
    assert_eq!(world.fake.requests().len(), 1);
}
