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

#[tokio::test]
async fn what_no_parameter_is_for_is_read_written_and_forgotten_by_name() {
    let fake = parameter_store(&[("/mcp-server/elevenlabs-mcp-server-id", "mcp_1", 2)]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let noted = ssm
        .parameter("elevenlabs-mcp-server-id", within(5_000))
        .await;
    let noted = noted.expect("read").expect("it is there");
    assert_eq!(noted.reveal(), "mcp_1");
    let none = ssm
        .parameter("elevenlabs-registration", within(5_000))
        .await;
    assert!(none.expect("read").is_none());

    let value = Secret::new("mcp_2");
    for (kind, written) in [
        (ParameterKind::Plain, "String"),
        (ParameterKind::Secure, "SecureString"),
    ] {
        let noted = ssm.put_parameter("elevenlabs-mcp-server-id", &value, kind, within(5_000));
        assert_eq!(noted.await, Ok(()));
        let seen = fake.seen();
        let body = &seen.last().expect("a request").body;
        let body: Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(body["Name"], "/mcp-server/elevenlabs-mcp-server-id");
        assert_eq!(
            (&body["Value"], &body["Type"]),
            (&"mcp_2".into(), &written.into())
        );
    }
    assert_eq!(
        ssm.delete_parameter("elevenlabs-mcp-server-id", within(5_000))
            .await,
        Ok(())
    );
    let seen = fake.seen();
    let last = seen.last().expect("a request");
    assert_eq!(last.header("x-amz-target"), "AmazonSSM.DeleteParameters");
    let body: Value = serde_json::from_slice(&last.body).expect("JSON");
    assert_eq!(body["Names"][0], "/mcp-server/elevenlabs-mcp-server-id");
}
