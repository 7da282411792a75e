use std::time::SystemTime;

use http::Request;
use mesh_aws::Signer;
use mesh_core::Secret;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use super::fault::CallFault;

/// How a caller shows who it is.
#[derive(Clone, Debug)]
pub(crate) enum Authentication {
    Nobody,
    Bearer(Secret),
    /// AWS Signature Version 4, as a Function URL asks for it.
    Signed(Signer),
}

impl Authentication {
    /// Adds what the server wants to see, to a request that is otherwise complete: a signature is over all of it.
    pub(super) async fn show(&self, request: &mut reqwest::Request) -> Result<(), CallFault> {
        match self {
            Self::Nobody => {}
            Self::Bearer(token) => {
                let value = HeaderValue::try_from(format!("Bearer {}", token.reveal()));
                let mut value = value.expect("a token is read as visible ASCII");
                value.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, value);
            }
            Self::Signed(signer) => sign(signer, request).await?,
        }
        Ok(())
    }
}

async fn sign(signer: &Signer, request: &mut reqwest::Request) -> Result<(), CallFault> {
    let unsigned = |reason: String| CallFault::Unsigned {
        url: request.url().clone(),
        reason,
    };
    let body = request.body().and_then(|body| body.as_bytes());
    let mut signable = Request::builder()
        .method(request.method())
        .uri(request.url().as_str())
        .body(body.unwrap_or_default())
        .map_err(|error| unsigned(error.to_string()))?;
    signable.headers_mut().clone_from(request.headers());
    let signature = signer.headers(&signable, SystemTime::now()).await;
    let signature = signature.map_err(|error| unsigned(error.to_string()))?;
    request.headers_mut().extend(signature);
    Ok(())
}
