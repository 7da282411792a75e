use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// The certificates that a server's has to descend from.
#[derive(Clone, Debug)]
pub struct Roots(RootCertStore);

/// A certificate and its key, by which a server knows us.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Of two texts in PEM.
    ///
    /// # Errors
    /// Where one of them has nothing of its kind.
    pub fn pem(chain: &[u8], key: &[u8]) -> Result<Self, RootsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|cause| RootsError(cause.to_string()))?;
        if chain.is_empty() {
            return Err(RootsError("it holds no certificate".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(key);
        // The error could quote what it read.
        let key = key.map_err(|_| RootsError("it holds no private key".to_owned()))?;
        Ok(Self { chain, key })
    }
}

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
        let pem = std::fs::read(path).map_err(|cause| RootsError(cause.to_string()))?;
        Self::pem(&pem)
    }

    /// Those of a text in PEM, and no others.
    ///
    /// # Errors
    /// Where it holds none.
    pub fn pem(pem: &[u8]) -> Result<Self, RootsError> {
        let error = |error: &dyn std::fmt::Display| RootsError(error.to_string());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
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
        self.builder().with_no_client_auth()
    }

    /// The same for a client that shows who it is.
    ///
    /// # Errors
    /// Where the key is not of a kind that can sign.
    pub(crate) fn client_config_as(self, identity: Identity) -> Result<ClientConfig, RootsError> {
        let builder = self.builder();
        let config = builder.with_client_auth_cert(identity.chain, identity.key);
        config.map_err(|cause| RootsError(cause.to_string()))
    }

    fn builder(self) -> ConfigBuilder<ClientConfig, WantsClientCert> {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the cipher suites of TLS 1.2 and 1.3")
            .with_root_certificates(self.0)
    }
}
