use std::time::{Duration, SystemTime};

use mesh_aws::{CallError, ParameterKind, Ssm};
use mesh_core::{Parameter, Secret};
use serde_json::Value;

use crate::support::{aws, parameter_store, within};

#[tokio::test]
async fn parameters_are_described_without_decrypting_them() {
    let fake = parameter_store(&[("/mcp-server/supabase-url", "https://db.example.com", 4)]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let described = ssm.describe(within(5_000)).await.expect("described");

    let body: Value = serde_json::from_slice(&fake.seen()[0].body).expect("JSON");
    assert_eq!(body["WithDecryption"], false);
    let [only] = described.as_slice() else {
        panic!("one is there: {described:?}");
    };
    assert_eq!(only.parameter, Parameter::SupabaseUrl);
    assert_eq!(only.name, "/mcp-server/supabase-url");
    assert_eq!((only.kind, only.version), (ParameterKind::Secure, Some(4)));
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    assert_eq!(only.changed, Some(changed));
    assert!(!format!("{described:?}").contains("db.example.com"));
}

#[tokio::test]
async fn a_value_is_written_encrypted_under_the_first_spelling() {
    let fake = parameter_store(&[]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let value = Secret::new("https://db.example.com");
    let version = ssm
        .put(
            Parameter::SupabaseUrl,
            &value,
            Some("alias/mesh"),
            within(5_000),
        )
        .await;
    assert_eq!(version, Ok(1));

    let body: Value = serde_json::from_slice(&fake.seen()[0].body).expect("JSON");
    assert_eq!(body["Name"], "/mcp-server/next-public-supabase-url");
    assert_eq!(body["Value"], "https://db.example.com");
    assert_eq!(body["Type"], "SecureString");
    assert_eq!(body["Overwrite"], true);
    assert_eq!(body["KeyId"], "alias/mesh");
}

#[tokio::test]
async fn a_refused_write_names_the_permission() {
    let fake = parameter_store(&[])
        .await
        .answering(400, r#"{"__type":"AccessDeniedException"}"#);
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let refused = ssm
        .put(
            Parameter::SupabaseUrl,
            &Secret::new("x"),
            None,
            within(5_000),
        )
        .await;
    let denied = CallError::Denied("ssm:PutParameter".to_owned());
    assert_eq!(refused, Err(denied));
}
