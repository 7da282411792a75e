use std::path::Path;

use serde_json::{Value, json};

use super::super::access::Access;
use super::fake::TOKEN;
use crate::discover::Around;
use crate::discover::tests::{around, variables};

/// Of nobody.
const CERTIFICATE: &str = include_str!("../../../../tests/files/ca.crt");

fn with_config(folder: &Path, user: &Value, cluster: &Value) -> Around {
    let file = folder.join("config");
    let config = json!({
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    });
    std::fs::write(&file, config.to_string()).expect("written");
    around(
        folder,
        variables([("KUBECONFIG", file.to_str().expect("UTF-8"))]),
    )
}

#[test]
fn a_pod_has_its_account_and_reads_its_token_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = folder.path().join("account");
    std::fs::create_dir(&account).expect("a folder");
    for (file, text) in [
        ("ca.crt", CERTIFICATE),
        ("namespace", "tools\n"),
        ("token", "first\n"),
    ] {
        std::fs::write(account.join(file), text).expect("written");
    }
    let given = [
        ("KUBERNETES_SERVICE_HOST", "fd00::1"),
        ("KUBERNETES_SERVICE_PORT_HTTPS", "6443"),
    ];
    let access = Access::of(&around(folder.path(), variables(given))).expect("access");
    assert_eq!(
        (&*access.server, &*access.namespace),
        ("https://[fd00::1]:6443", "tools")
    );
    let token = |access: &Access| {
        access
            .token()
            .expect("read")
            .expect("a token")
            .reveal()
            .to_owned()
    };
    assert_eq!(token(&access), "first");
    std::fs::write(account.join("token"), "second\n").expect("written");
    assert_eq!(token(&access), "second");
    std::fs::remove_file(account.join("ca.crt")).expect("removed");
    let without = Access::of(&around(folder.path(), variables(given))).expect_err("no access");
    assert!(without.contains("ca.crt"), "{without}");
}

#[test]
fn a_kubeconfig_has_files_beside_it_or_data_in_it() {
    use base64::Engine as _;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ca.crt"), CERTIFICATE).expect("written");
    std::fs::write(folder.path().join("token"), TOKEN).expect("written");
    let data = base64::engine::general_purpose::STANDARD.encode(CERTIFICATE);
    for cluster in [
        json!({"server": "https://127.0.0.1:6443/", "certificate-authority": "ca.crt"}),
        json!({"server": "https://127.0.0.1:6443/", "certificate-authority-data": data}),
    ] {
        let around = with_config(folder.path(), &json!({"tokenFile": "token"}), &cluster);
        let access = Access::of(&around).expect("access");
        assert_eq!(
            (&*access.server, &*access.namespace),
            ("https://127.0.0.1:6443", "default")
        );
        assert_eq!(
            access.token().expect("read").expect("a token").reveal(),
            TOKEN
        );
        let elsewhere = Around {
            namespace: Some("other".to_owned()),
            ..around
        };
        assert_eq!(Access::of(&elsewhere).expect("access").namespace, "other");
    }
}

#[test]
fn what_is_not_done_is_told_with_what_to_do_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = json!({"server": "https://127.0.0.1:6443"});
    let token = json!({"token": TOKEN});
    for (user, cluster, why) in [
        (
            json!({"exec": {"command": "aws", "args": ["eks"]}}),
            here.clone(),
            "`kubectl create token`",
        ),
        (
            json!({"auth-provider": {"name": "gcp"}}),
            here.clone(),
            "none is run here",
        ),
        (
            json!({"username": "a", "password": "b"}),
            here.clone(),
            "use a token",
        ),
        (
            json!({"client-certificate-data": "YQ=="}),
            here.clone(),
            "not both",
        ),
        (
            json!({"client-certificate-data": "YQ==", "client-key-data": "YQ=="}),
            here,
            "no certificate",
        ),
        (
            token.clone(),
            json!({"server": "https://127.0.0.1", "insecure-skip-tls-verify": true}),
            "certificate-authority",
        ),
        (
            token.clone(),
            json!({"server": "https://127.0.0.1", "proxy-url": "http://p"}),
            "no proxy",
        ),
        (
            token.clone(),
            json!({"server": "http://10.0.0.1:8080"}),
            "not encrypted",
        ),
        (
            token,
            json!({"server": "https://127.0.0.1", "certificate-authority-data": "%"}),
            "not base64",
        ),
    ] {
        let refused =
            Access::of(&with_config(folder.path(), &user, &cluster)).expect_err("no access");
        assert!(
            refused.contains(why) && !refused.contains(TOKEN),
            "{refused}"
        );
    }
    let nothing = Access::of(&around(folder.path(), variables([]))).expect_err("no access");
    assert!(nothing.contains("this is no pod"), "{nothing}");
    let file = folder.path().join("config");
    std::fs::write(&file, format!("users: {TOKEN}: [")).expect("written");
    let given = [("KUBECONFIG", file.to_str().expect("UTF-8"))];
    let garbage = Access::of(&around(folder.path(), variables(given))).expect_err("no access");
    assert!(garbage.ends_with("is no kubeconfig"), "{garbage}");
}
