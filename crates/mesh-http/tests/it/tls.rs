//! Servers whose certificates are not what they should be, and what is told of them.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use mesh_http::{HttpClient, HttpError, Roots};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};

use crate::support::{get, within};

/// A server on loopback whose certificate is for `name`, and a client that trusts it.
fn server_of(name: &str) -> (String, HttpClient) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let mut roots = tempfile::NamedTempFile::new().expect("a file");
    roots.write_all(cert.pem().as_bytes()).expect("written");
    let roots = Roots::bundle(&roots.path().to_string_lossy()).expect("roots");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a server");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        let mut tls = ServerConnection::new(Arc::new(config)).expect("a server");
        // The client ends it, as it should.
        let _ = tls.complete_io(&mut connection);
    });
    let url = format!("https://localhost:{port}/");
    (url, HttpClient::new(roots))
}

#[tokio::test]
async fn a_certificate_of_another_host_is_told_without_either_name() {
    let (url, client) = server_of("vendor.example.com");
    let error = client.send(get(&url), within(5_000)).await;
    let error = error.expect_err("another host's certificate");
    assert!(matches!(error, HttpError::Unreachable(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "no connection: its certificate is not valid for its address"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_known_has_issued_is_told_as_such() {
    let (url, _) = server_of("localhost");
    let client = HttpClient::new(Roots::compiled_in());
    let error = client.send(get(&url), within(5_000)).await;
    let error = error.expect_err("a stranger's certificate").to_string();
    assert!(error.contains("UnknownIssuer"), "{error}");
    assert!(!error.contains("localhost"), "{error}");
}
