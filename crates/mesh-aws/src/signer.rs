use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::{HeaderMap, Request, Uri};
use mesh_core::hex;

use crate::Aws;

/// Signs requests to a function's own address (a Lambda Function URL with `AWS_IAM`).
#[derive(Clone, Debug)]
pub struct Signer {
    aws: Aws,
    region: String,
}

/// Why a request could not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error("no credentials were found")]
    NoCredentials,
    #[error("the request cannot be signed: {0}")]
    Unsignable(String),
}

impl Signer {
    /// For a function behind a host name that does not say where it is.
    #[must_use]
    pub fn in_region(aws: &Aws, region: &str) -> Self {
        Self {
            aws: aws.clone(),
            region: region.to_owned(),
        }
    }

    /// The headers that make `request` a signed one. A header that is changed or added later by who sends it is not signed,
    /// except those that are in `request` now.
    ///
    /// # Errors
    /// Where there are no credentials, or the request has no host.
    pub async fn headers(
        &self,
        request: &Request<&[u8]>,
        now: SystemTime,
    ) -> Result<HeaderMap, SignError> {
        let credentials = self.aws.credentials().await;
        let scope = Scope {
            service: FUNCTION,
            region: &self.region,
            now,
        };
        scope.headers(request, &credentials.ok_or(SignError::NoCredentials)?)
    }
}

/// The region in the host name of a Function URL, `ID.lambda-url.REGION.on.aws`.
#[must_use]
pub fn region_of(host: &str) -> Option<&str> {
    let (_, rest) = host.split_once(".lambda-url.")?;
    rest.strip_suffix(".on.aws")
}

/// What a Function URL is signed for.
pub(crate) const FUNCTION: &str = "lambda";
pub(crate) const OBJECT: &str = "s3";

/// What a signature holds for.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) now: SystemTime,
}

impl Scope<'_> {
    pub(crate) fn headers(
        &self,
        request: &Request<impl AsRef<[u8]>>,
        credentials: &Credentials,
    ) -> Result<HeaderMap, SignError> {
        let body = SignableBody::Bytes(request.body().as_ref());
        let signed = self.signed(request, body, credentials, self.settings())?;
        Ok(signed.into_parts().0.headers)
    }

    /// The same for a body that is sent later, by its SHA-256.
    pub(crate) fn headers_for(
        &self,
        head: &Request<()>,
        sha256: &[u8; 32],
        credentials: &Credentials,
    ) -> Result<HeaderMap, SignError> {
        let digest = hex(sha256);
        let body = SignableBody::Precomputed(digest);
        let signed = self.signed(head, body, credentials, self.settings())?;
        Ok(signed.into_parts().0.headers)
    }

    /// The address of `head` with its signature in it, good for `valid_for` from now: whoever has it needs no credentials.
    pub(crate) fn address(
        &self,
        head: &Request<()>,
        valid_for: Duration,
        credentials: &Credentials,
    ) -> Result<Uri, SignError> {
        let mut settings = self.settings();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.expires_in = Some(valid_for);
        let signed = self.signed(head, SignableBody::UnsignedPayload, credentials, settings)?;
        Ok(signed.into_parts().0.uri)
    }

    /// What a signature adds to a request: headers, or another address.
    fn signed<T>(
        &self,
        request: &Request<T>,
        body: SignableBody<'_>,
        credentials: &Credentials,
        settings: SigningSettings,
    ) -> Result<Request<()>, SignError> {
        let unsignable = |error: String| SignError::Unsignable(error);
        let identity = credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.now)
            .settings(settings)
            .build()
            .expect("all five parts are given")
            .into();
        let uri = request.uri().to_string();
        let text = request.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str(), value))
        });
        let signable = SignableRequest::new(request.method().as_str(), &uri, text, body)
            .map_err(|error| unsignable(error.to_string()))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|error| unsignable(error.to_string()))?
            .into_parts();
        let mut signed = Request::new(());
        *signed.uri_mut() = request.uri().clone();
        instructions.apply_to_request_http1x(&mut signed);
        Ok(signed)
    }

    /// S3 takes a path as it is sent, and wants the hash of the body in a header.
    fn settings(&self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self.service == OBJECT {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Noon of 20 November 2026.
    const NOON: Duration = Duration::from_secs(1_795_176_000);

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials::new(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            token.map(str::to_owned),
            None,
            "test",
        )
    }

    fn signed(service: &str, region: &str, request: &Request<&[u8]>) -> HeaderMap {
        let scope = Scope {
            service,
            region,
            now: SystemTime::UNIX_EPOCH + NOON,
        };
        let credentials = credentials(Some("example-token"));
        scope.headers(request, &credentials).expect("signed")
    }

    // What botocore 1.43 makes of the same requests.

    #[test]
    fn a_request_to_a_function_is_signed_as_the_python_sdk_signs_it() {
        let body: &[u8] = br#"{"jsonrpc":"2.0"}"#;
        let request = Request::post("https://abcdefgh.lambda-url.eu-west-1.on.aws/rpc?a=b%20c")
            .header("content-type", "application/json")
            .body(body)
            .expect("a request");
        let headers = signed(FUNCTION, "eu-west-1", &request);
        assert_eq!(
            headers["authorization"],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-west-1/lambda/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
             Signature=072b4ade72f93bd9fad395bb21b21f03197553277bfc848fb36a1b0b12522e8d"
        );
        assert_eq!(headers["x-amz-security-token"], "example-token");
        assert!(headers["x-amz-security-token"].is_sensitive());
    }

    #[test]
    fn a_request_for_an_object_is_signed_as_the_python_sdk_signs_it() {
        let body: &[u8] = b"";
        let uri = "https://corpora.s3.us-east-2.amazonaws.com/a%20b/c%2Bd.tar.gz";
        let request = Request::get(uri).body(body).expect("a request");
        let headers = signed(OBJECT, "us-east-2", &request);
        assert_eq!(
            headers["authorization"],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/us-east-2/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, \
             Signature=befbe943ce643b4b066e57c8746d456f06adcdf232299b47a1635f09d057190a"
        );
    }

    /// `S3SigV4QueryAuth` of botocore 1.44.5, with its clock set to [`NOON`].
    #[test]
    fn the_address_of_an_object_is_signed_as_the_python_sdk_signs_it() {
        const SIGNED: [(&str, &str, Option<&str>, u64, &str); 3] = [
            (
                "https://sounds.s3.us-east-2.amazonaws.com/sounds/0a1b.mp3",
                "us-east-2",
                Some("example-token"),
                900,
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261120%2Fus-east-2%2Fs3%2Faws4_request&\
                 X-Amz-Date=20261120T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=example-token&\
                 X-Amz-Signature=0798782f2a10156dcc5b7ed88579426addf86bc8032ef7b940a44b3124278a1b",
            ),
            (
                "https://sounds.s3.eu-central-1.amazonaws.com/a%20b/c%2Bd.mp3",
                "eu-central-1",
                None,
                60,
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261120%2Feu-central-1%2Fs3%2Faws4_request&\
                 X-Amz-Date=20261120T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&\
                 X-Amz-Signature=1fc8e756badb9e2e53e343bf190d907ee38f1ab42220bf026fd1f36a1fcb7c9e",
            ),
            (
                "https://s3.us-east-2.amazonaws.com/my.sounds/sounds/0a1b.mp3",
                "us-east-2",
                Some("a/token+with=signs"),
                1,
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261120%2Fus-east-2%2Fs3%2Faws4_request&\
                 X-Amz-Date=20261120T120000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&\
                 X-Amz-Security-Token=a%2Ftoken%2Bwith%3Dsigns&\
                 X-Amz-Signature=f97c1788d6ec36e4d97d5c308f7ad8f9fd73630ea99274ae9c576e98311514e8",
            ),
        ];
        for (address, region, token, seconds, query) in SIGNED {
            let scope = Scope {
                service: OBJECT,
                region,
                now: SystemTime::UNIX_EPOCH + NOON,
            };
            let head = Request::get(address).body(()).expect("a request");
            let credentials = credentials(token);
            let signed = scope.address(&head, Duration::from_secs(seconds), &credentials);
            let signed = signed.expect("signed").to_string();
            let (place, own) = signed.split_once('?').expect("a query");
            assert_eq!(place, address);
            // What is asked for is the same in any order.
            let sorted = |query: &str| {
                let mut parts: Vec<String> = query.split('&').map(str::to_owned).collect();
                parts.sort();
                parts
            };
            assert_eq!(sorted(own), sorted(query));
        }
    }

    #[test]
    fn the_region_is_the_one_in_the_host_name() {
        assert_eq!(
            region_of("abcdefgh.lambda-url.eu-west-1.on.aws"),
            Some("eu-west-1")
        );
        assert_eq!(region_of("mesh.example.com"), None);
    }
}
