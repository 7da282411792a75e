use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Deadline, Subject};
use mesh_doors::jwt::{Algorithm, JwtError, LEEWAY, Trust, Verifier};
use mesh_fakes::issuer::{FakeIssuer, Signer};
use mesh_http::{HttpClient, Roots};
use serde_json::{Value, json};

pub(super) const RESOURCE: &str = "https://mesh.example.com/rpc";

/// When the tests begin; a token's times are told from here.
pub(super) const NOW: u64 = 1_800_000_000;

/// An issuer and who trusts it.
pub(super) struct Realm {
    pub(super) issuer: FakeIssuer,
    pub(super) verifier: Verifier,
}

impl Realm {
    /// Every algorithm is taken.
    pub(super) async fn with(signers: &[&Signer]) -> Self {
        Self::pinned(signers, &Algorithm::ALL.map(|(_, algorithm)| algorithm)).await
    }

    pub(super) async fn pinned(signers: &[&Signer], algorithms: &[Algorithm]) -> Self {
        let issuer = FakeIssuer::start().await;
        issuer.rotate(signers);
        let mut trust = trust(&issuer);
        trust.algorithms = algorithms.to_vec();
        let verifier = verifier(trust);
        Self { issuer, verifier }
    }

    /// The claims of a token that is good for five minutes.
    pub(super) fn claims(&self) -> Value {
        json!({
            "iss": self.issuer.origin(),
            "sub": "ada",
            "aud": RESOURCE,
            "iat": NOW,
            "exp": NOW + 300,
            "scope": "mesh:read",
        })
    }

    pub(super) fn claims_with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value;
        claims
    }

    pub(super) async fn verify(&self, token: &str) -> Result<Arc<Subject>, JwtError> {
        self.verify_after(token, 0).await
    }

    pub(super) async fn verify_after(
        &self,
        token: &str,
        seconds: u64,
    ) -> Result<Arc<Subject>, JwtError> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + seconds);
        self.verifier.verify(token, now, soon()).await
    }

    pub(super) async fn refuses(&self, token: &str) -> bool {
        self.verify(token).await == Err(JwtError::Invalid)
    }
}

pub(super) fn trust(issuer: &FakeIssuer) -> Trust {
    Trust {
        issuer: issuer.origin().to_owned(),
        audiences: vec![RESOURCE.to_owned(), "urn:mesh".to_owned()],
        algorithms: Algorithm::ALL.map(|(_, algorithm)| algorithm).to_vec(),
        jwks_url: None,
        leeway: LEEWAY,
    }
}

pub(super) fn verifier(trust: Trust) -> Verifier {
    Verifier::new(HttpClient::new(Roots::compiled_in()), trust)
}

pub(super) fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(10))
}
