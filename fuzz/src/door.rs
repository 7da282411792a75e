use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mesh_core::Deadline;
use mesh_doors::jwt::{Algorithm, JwtError, LEEWAY, Trust, Verifier};
use mesh_fakes::issuer::{FakeIssuer, Signer};
use mesh_http::{HttpClient, Roots};
use serde_json::json;
use tokio::runtime::Runtime;

/// The seeds have it as the time of a good token.
const NOW: u64 = 1_800_000_000;

/// What checks tokens, and an issuer whose key nobody has.
#[derive(Debug)]
pub struct Door {
    runtime: Runtime,
    verifier: Verifier,
}

impl Door {
    /// # Panics
    /// Where a good token is not taken: then nothing would be tried.
    #[must_use]
    pub fn new() -> Self {
        let runtime = runtime();
        let (verifier, good) = runtime.block_on(async {
            let issuer = FakeIssuer::start().await;
            let signer = Signer::p256("p");
            issuer.rotate(&[&signer]);
            let trust = Trust {
                issuer: "https://id.example.com".to_owned(),
                audiences: vec!["https://mesh.example.com".to_owned()],
                algorithms: Algorithm::ALL.map(|(_, algorithm)| algorithm).to_vec(),
                jwks_url: Some(format!("{}/keys", issuer.origin())),
                leeway: LEEWAY,
            };
            let claims =
                json!({"iss": trust.issuer, "aud": trust.audiences, "sub": "ada", "exp": NOW + 1});
            let http = HttpClient::new(Roots::compiled_in());
            (Verifier::new(http, trust), signer.token("ES256", &claims))
        });
        let door = Self { runtime, verifier };
        assert!(door.verify(&good).is_ok());
        door
    }

    /// # Panics
    /// Where it is taken, or is not simply refused.
    pub fn refuse(&self, token: &str) {
        assert_eq!(self.verify(token), Err(JwtError::Invalid), "{token}");
    }

    fn verify(&self, token: &str) -> Result<(), JwtError> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(5));
        let verified = self.verifier.verify(token, now, deadline);
        self.runtime.block_on(verified).map(|_| ())
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new()
    }
}

/// A token of any header, claims and signature, which stand in lines.
#[must_use]
pub fn token(lines: &[u8]) -> String {
    let parts = lines.splitn(3, |byte| *byte == b'\n');
    let parts: Vec<_> = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    parts.join(".")
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
