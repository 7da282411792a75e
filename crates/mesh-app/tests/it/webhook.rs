//! What ElevenLabs tells of calls, where nobody has registered that it should.

use crate::support::TestApp;

#[tokio::test]
async fn no_webhook_is_expected_without_a_secret_and_none_is_taken_without_a_signature() {
    let app = TestApp::start().await;
    let unsigned = app.post("/webhooks/elevenlabs", "{}").send().await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(
        unsigned.json()["message"],
        "the `ElevenLabs-Signature` header must be `t=SECONDS,v0=HEX`"
    );
    let now = std::time::SystemTime::now();
    let seconds = now.duration_since(std::time::UNIX_EPOCH).expect("a clock");
    let signature = format!("t={},v0={}", seconds.as_secs(), "0".repeat(64));
    let request = app.post("/webhooks/elevenlabs", "{}");
    let unexpected = request
        .header("elevenlabs-signature", &signature)
        .send()
        .await;
    assert_eq!(unexpected.status, 404, "{}", unexpected.json());
}
