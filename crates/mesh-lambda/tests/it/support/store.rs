use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};

use super::fake::Seen;
use super::{Fake, Setup};

/// A whole deployment's parameters: name and value.
pub(crate) const VALUES: [(&str, &str); 6] = [
    (
        "openai-api-key",
        concat!("sk-", "proj-0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P"),
    ),
    ("aoma-assistant-id", "asst_4Zu9fW0xQkYb7LrT2nVd8HsC"),
    (
        "openai-vector-store-id",
        "vs_68b0c2d4e6f81a3c5e7092b4d6f8a1c3",
    ),
    ("next-public-supabase-url", "http://127.0.0.1:9"),
    (
        "supabase-service-role-key",
        concat!(
            "eyJhbGciOiJIUzI1NiJ9.",
            "eyJyb2xlIjoic2VydmljZV9yb2xlIn0",
            ".c2lnbmVkLWJ5LXNlcnZpY2U"
        ),
    ),
    ("elevenlabs-api-key", "sk_fake_0123456789abcdef0123456789"),
];

/// Every name that is asked for: one parameter has an older one.
pub(crate) const SPELLINGS: [&str; 10] = [
    "/mcp-server/aoma-assistant-id",
    "/mcp-server/api-keys",
    "/mcp-server/elevenlabs-api-key",
    "/mcp-server/elevenlabs-webhook-secret",
    "/mcp-server/next-public-supabase-url",
    "/mcp-server/openai-api-key",
    "/mcp-server/openai-vector-store-id",
    "/mcp-server/state-key",
    "/mcp-server/supabase-service-role-key",
    "/mcp-server/supabase-url",
];

type Held = Arc<Mutex<BTreeMap<String, (String, u64)>>>;

/// A parameter store on loopback.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) fake: Fake,
    held: Held,
}

impl Store {
    /// With every parameter.
    pub(crate) async fn whole() -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address")).await
    }

    pub(crate) async fn at(address: SocketAddr) -> Self {
        let held = Held::default();
        let shared = Arc::clone(&held);
        let fake = Fake::at(address, move |seen| serve(&shared, seen)).await;
        let store = Self { fake, held };
        for (name, value) in VALUES {
            store.put(name, value);
        }
        store
    }

    /// A value in the place of the one before, with the next version.
    pub(crate) fn put(&self, name: &str, value: &str) {
        self.put_at(&format!("/mcp-server/{name}"), value);
    }

    /// The same, by its whole name.
    pub(crate) fn put_at(&self, name: &str, value: &str) {
        let mut held = self.held.lock().expect("unpoisoned");
        let name = name.to_owned();
        let version = held.get(&name).map_or(1, |(_, version)| version + 1);
        held.insert(name, (value.to_owned(), version));
    }

    pub(crate) fn remove(&self, name: &str) {
        let mut held = self.held.lock().expect("unpoisoned");
        held.remove(&format!("/mcp-server/{name}"))
            .expect("it was there");
    }

    pub(crate) fn is_store_of(&self, setup: Setup) -> Setup {
        named_store(setup, &self.fake.url())
    }

    /// How often it was asked.
    pub(crate) fn readings(&self) -> usize {
        self.fake.seen().len()
    }
}

/// The settings of a deployment whose parameter store has this address.
pub(crate) fn named_store(setup: Setup, url: &str) -> Setup {
    setup
        .set("MESH_SECRETS", "ssm")
        .set("MESH_OPENAI_URL", "http://127.0.0.1:9/v1")
        .set("AWS_ENDPOINT_URL_SSM", url)
}

fn serve(held: &Held, seen: &Seen) -> (u16, Bytes) {
    if seen.header("x-amz-target") != "AmazonSSM.GetParameters" {
        return (
            400,
            Bytes::from_static(br#"{"__type":"UnknownOperationException"}"#),
        );
    }
    let request: Value = serde_json::from_slice(&seen.body).expect("JSON");
    let names = request["Names"].as_array().expect("names");
    if names.len() > 10 || request["WithDecryption"] != true {
        return (
            400,
            Bytes::from_static(br#"{"__type":"ValidationException"}"#),
        );
    }
    let held = held.lock().expect("unpoisoned");
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        match held.get(name.as_str().expect("a name")) {
            Some((value, version)) => found.push(json!({
                "Name": name, "Type": "SecureString", "Value": value, "Version": version,
            })),
            None => invalid.push(name.clone()),
        }
    }
    let answer = json!({"Parameters": found, "InvalidParameters": invalid});
    (200, answer.to_string().into())
}
