use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::SetupError;

/// Mozilla's roots as they were at build time: already parsed, so a cold start pays microseconds and reads no file.
pub(crate) fn compiled_in() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

/// The roots of a PEM file, and no others.
pub(crate) fn bundle(path: &str) -> Result<RootCertStore, SetupError> {
    let fault = |error: &dyn std::fmt::Display| SetupError::Bundle(error.to_string());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
        let certificate = certificate.map_err(|error| fault(&error))?;
        roots.add(certificate).map_err(|error| fault(&error))?;
    }
    if roots.is_empty() {
        return Err(SetupError::Bundle("it holds no certificate".to_owned()));
    }
    Ok(roots)
}

/// A client of TLS 1.2 and 1.3 on ring: aws-lc's first random number costs a cold start some 30 ms.
pub(crate) fn config(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks both versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
