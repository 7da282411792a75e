//! A sound in a bucket is answered by its address, over standard input and output and within a session.

use mesh_fakes::elevenlabs::{FakeElevenLabs, PREMADE_VOICE, audio};
use mesh_fakes::s3::{BUCKET, FakeS3};
use serde_json::{Value, json};

use crate::stdio::Served;
use crate::support::run;
use crate::support::server::Server;

const TEXT: &str = "Good morning.";
/// As long as a key has to be.
const KEY: &str = "sk_fake_0123456789abcdef0123456789abcdef";

/// What a server is told of both.
fn variables(vendor: &FakeElevenLabs, s3: &FakeS3) -> Vec<(&'static str, String)> {
    vendor.accept_key(KEY);
    let base = s3.base();
    let set = [
        ("ELEVENLABS_API_KEY", KEY),
        ("ELEVENLABS_MCP_OUTPUT_MODE", "link"),
        ("MESH_AUDIO_BUCKET", BUCKET),
        ("AWS_REGION", "us-east-2"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "example-secret"),
        ("AWS_ENDPOINT_URL_S3", &base),
    ];
    let set = set.map(|(name, value)| (name, value.to_owned()));
    let vendor = ("MESH_ELEVENLABS_URL", vendor.base());
    set.into_iter().chain([vendor]).collect()
}

/// The result has a link to the sound, which the bucket has, and the address in its text as well.
fn assert_linked(result: &Value, s3: &FakeS3) {
    let told = &result["structuredContent"]["sound"];
    let link = &result["content"][1];
    assert_eq!(link["type"], "resource_link", "{result}");
    assert_eq!(link["uri"], told["url"], "{result}");
    let address = link["uri"].as_str().expect("an address");
    let stored = s3.behind(address).expect("it is there, and signed");
    assert_eq!(stored.bytes, audio(TEXT, PREMADE_VOICE, "mp3_44100_128"));
    assert_eq!(
        stored.media_type,
        link["mimeType"].as_str().expect("a type")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_standard_input_a_sound_is_answered_by_its_address() {
    let (vendor, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let variables = variables(&vendor, &s3);
    let mut served = Served::start_with(&[], &variables);
    served.open();
    let call = json!({"name": "text_to_speech", "arguments": {"text": TEXT}});
    served.send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
    let answer = served.receive();
    assert_linked(&answer["result"], &s3);
    let uri = &answer["result"]["structuredContent"]["sound"]["uri"];
    let read = json!({"uri": uri});
    served.send(json!({"jsonrpc": "2.0", "id": 3, "method": "resources/read", "params": read}));
    let read = served.receive();
    let content = &read["result"]["contents"][0];
    assert_eq!((&content["uri"], content["blob"].is_string()), (uri, true));
    assert_eq!(served.close(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn within_a_session_a_sound_is_answered_by_its_address() {
    let (vendor, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let variables = variables(&vendor, &s3);
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let server = Server::start(&[], &variables);
    let url = format!("{}/mcp", server.url);
    let arguments = json!({"text": TEXT}).to_string();
    let called = run(&[
        "call",
        &url,
        "text_to_speech",
        &arguments,
        "--era",
        "legacy",
        "--json",
    ]);
    assert_eq!(called.code, 0, "{called:?}");
    let result = serde_json::from_str(&called.stdout).expect("a result");
    assert_linked(&result, &s3);
}
