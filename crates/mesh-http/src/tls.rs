use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// The certificates that a server's has to descend from.
#[derive(Clone, Debug)]
pub struct Roots(RootCertStore);

/// Why a file of roots cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RootsError(String);

impl Roots {
    /// Mozilla's as they were at build time: already parsed, so a cold start pays microseconds and reads no file.
    #[must_use]
    pub fn compiled_in() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// Those of a PEM file, and no others.
    ///
    /// # Errors
    /// Where it cannot be read, or holds none.
    pub fn bundle(path: &str) -> Result<Self, RootsError> {
        let error = |error: &dyn std::fmt::Display| RootsError(error.to_string());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|cause| error(&cause))? {
            let certificate = certificate.map_err(|cause| error(&cause))?;
            roots.add(certificate).map_err(|cause| error(&cause))?;
        }
        if roots.is_empty() {
            return Err(RootsError("it holds no certificate".to_owned()));
        }
        Ok(Self(roots))
    }

    /// A client of TLS 1.2 and 1.3 on ring: aws-lc's first random number costs a cold start some 30 ms.
    #[must_use]
    pub fn client_config(self) -> ClientConfig {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the cipher suites of TLS 1.2 and 1.3")
            .with_root_certificates(self.0)
            .with_no_client_auth()
    }
}
