//! What ElevenLabs tells of calls: <https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>.

use std::time::{Duration, SystemTime};

use mesh_core::Secret;
use ring::hmac;
use serde::Deserialize;

/// The header in which a message is signed: `t=SECONDS,v0=HEX`.
pub const SIGNATURE_HEADER: &str = "elevenlabs-signature";

/// As ElevenLabs' own client allows; it tries again for as long.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);
/// Two clocks may differ.
const MAX_AHEAD: Duration = Duration::from_secs(5 * 60);

/// A signature as it came, of a time that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    seconds: u64,
    digest: [u8; 32],
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    #[error("the `ElevenLabs-Signature` header must be `t=SECONDS,v0=HEX`")]
    Unread,
    #[error("the signature is older than 30 minutes, or of a time to come")]
    Stale,
    #[error("the signature is not one of the webhook's secret")]
    Wrong,
}

impl Signature {
    /// # Errors
    /// Where it is none, or not of this time.
    pub fn read(header: &str, now: SystemTime) -> Result<Self, Unsigned> {
        let mut parts = header
            .split(',')
            .filter_map(|part| part.trim().split_once('='));
        let (mut seconds, mut digest) = (None, None);
        for (name, value) in &mut parts {
            match name {
                "t" => seconds = value.parse().ok(),
                "v0" => digest = digest_of(value),
                _ => {}
            }
        }
        let (seconds, digest) = seconds.zip(digest).ok_or(Unsigned::Unread)?;
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        let is_of_now = match now.duration_since(at.ok_or(Unsigned::Stale)?) {
            Ok(age) => age <= MAX_AGE,
            Err(ahead) => ahead.duration() <= MAX_AHEAD,
        };
        is_of_now
            .then_some(Self { seconds, digest })
            .ok_or(Unsigned::Stale)
    }

    /// Compares in constant time.
    ///
    /// # Errors
    /// [`Unsigned::Wrong`].
    pub fn check(&self, secret: &Secret, body: &[u8]) -> Result<(), Unsigned> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        let signed = [format!("{}.", self.seconds).as_bytes(), body].concat();
        hmac::verify(&key, &signed, &self.digest).map_err(|_| Unsigned::Wrong)
    }
}

fn digest_of(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in digest.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
    }
    Some(digest)
}

/// What is told of a call; never what was said in it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CallEvent {
    /// `post_call_transcription`, `post_call_audio` or `call_initiation_failure`, and whatever comes to be.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub data: ToldCall,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ToldCall {
    pub agent_id: Option<String>,
    pub conversation_id: Option<String>,
    pub status: Option<String>,
    pub failure_reason: Option<String>,
    pub metadata: ToldFacts,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ToldFacts {
    pub call_duration_secs: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"type":"post_call_transcription","event_timestamp":1795579277,"data":{"conversation_id":"conv_test","status":"done"}}"#;
    const HEADER: &str =
        "t=1795579277,v0=46bc2987d05bab1b2519ad362ee3f250fe426548d21d52d31e8516056236b7ca";

    fn secret() -> Secret {
        Secret::new("wsec_test_not_a_secret")
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn what_elevenlabs_signs_is_believed_and_nothing_else() {
        let signature = Signature::read(HEADER, at(1_795_579_300)).expect("a signature");
        assert_eq!(signature.check(&secret(), BODY), Ok(()));
        let other = Secret::new("wsec_another_secret_of_nobody");
        assert_eq!(signature.check(&other, BODY), Err(Unsigned::Wrong));
        assert_eq!(
            signature.check(&secret(), b"{}"),
            Err(Unsigned::Wrong),
            "another body"
        );
    }

    #[test]
    fn a_signature_is_of_now() {
        let read = |now| Signature::read(HEADER, at(now)).map(drop);
        assert_eq!(read(1_795_579_277 + 1_800), Ok(()));
        assert_eq!(read(1_795_579_277 + 1_801), Err(Unsigned::Stale));
        assert_eq!(read(1_795_579_277 - 300), Ok(()));
        assert_eq!(read(1_795_579_277 - 301), Err(Unsigned::Stale));
        for never in [u64::MAX, u64::MAX / 2] {
            let header = HEADER.replace("1795579277", &never.to_string());
            let read = Signature::read(&header, at(1_795_579_277));
            assert_eq!(read, Err(Unsigned::Stale), "{header}");
        }
    }

    #[test]
    fn what_is_no_signature_is_told() {
        for header in ["", "t=1", "v0=00", "t=x,v0=00", &HEADER[..HEADER.len() - 1]] {
            let read = Signature::read(header, at(1_795_579_277));
            assert_eq!(read, Err(Unsigned::Unread), "{header}");
        }
    }

    #[test]
    fn an_event_may_say_more_and_less_than_is_read() {
        let event: CallEvent = serde_json::from_slice(BODY).expect("an event");
        assert_eq!(event.kind, "post_call_transcription");
        assert_eq!(event.data.conversation_id.as_deref(), Some("conv_test"));
        assert_eq!(event.data.metadata.call_duration_secs, None);
    }
}
