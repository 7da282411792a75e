//! Signatures for servers behind IAM that are asked as any other server is, without an SDK.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, Request};
use mesh_http::{SigningScope, Signs};
use tokio::sync::Mutex;

use crate::signer::{FUNCTION, Scope, SignError, region_of};
use crate::{Aws, SetupError};

type Find = Box<dyn Fn(String) -> BoxFuture<'static, Result<Aws, SetupError>> + Send + Sync>;

/// Signs with the credentials of an account that is looked for when the first request is signed. Nothing of AWS is touched before.
pub struct Signing {
    find: Find,
    /// Held while credentials are looked for, so that they are once for all who wait.
    held: Mutex<Option<Held>>,
    /// Whether somebody refused what is held.
    is_refused: AtomicBool,
}

#[derive(Clone)]
struct Held {
    credentials: Credentials,
    since: SystemTime,
    /// Whether they were looked for because those before them were refused.
    after_refusal: bool,
}

impl Held {
    /// A profile may be another by then.
    const MAX_AGE: Duration = Duration::from_secs(300);
    /// Credentials are renewed so long before their end.
    const MARGIN: Duration = Duration::from_secs(300);
    /// A server that goes on refusing does not make us look for credentials at each of its refusals.
    const BETWEEN_REFUSALS: Duration = Duration::from_secs(30);

    fn is_due(&self, is_refused: bool, now: SystemTime) -> bool {
        // By the clock on the wall, since the steady one stands still while a host is frozen; one that went back says nothing.
        let age = now.duration_since(self.since).unwrap_or(Self::MAX_AGE);
        match self.credentials.expiry() {
            _ if is_refused && (!self.after_refusal || age >= Self::BETWEEN_REFUSALS) => true,
            // Some are given for less than the margin.
            Some(end) => now + Self::MARGIN >= end && age >= Self::BETWEEN_REFUSALS,
            None => age >= Self::MAX_AGE,
        }
    }

    fn is_over(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_some_and(|end| end <= now)
    }
}

impl Signing {
    /// `find` is given the region that is signed for, where the account has none of its own.
    pub fn new<F>(find: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Aws, SetupError>> + Send + 'static,
    {
        Self {
            find: Box::new(move |region| Box::pin(find(region))),
            held: Mutex::default(),
            is_refused: AtomicBool::new(false),
        }
    }

    async fn sign(
        &self,
        request: &Request<Bytes>,
        scope: Option<&SigningScope>,
    ) -> Result<HeaderMap, String> {
        let host = request.uri().host().unwrap_or_default();
        let said = match scope {
            Some(scope) => Some((scope.service.as_str(), scope.region.as_str())),
            None => said_by(host),
        };
        let (service, region) = said.ok_or(
            "its host name says neither service nor region: write `\"sign\": {\"service\": \"…\", \"region\": \"…\"}`",
        )?;
        let credentials = self.credentials(region).await?;
        let scope = Scope {
            service,
            region,
            now: SystemTime::now(),
        };
        scope
            .headers(request, &credentials)
            .map_err(|error| error.to_string())
    }

    async fn credentials(&self, region: &str) -> Result<Credentials, String> {
        let mut held = self.held.lock().await;
        let now = SystemTime::now();
        let is_refused = self.is_refused.load(Ordering::Relaxed);
        let known = held.clone().filter(|known| !known.is_over(now));
        if let Some(known) = known
            .as_ref()
            .filter(|known| !known.is_due(is_refused, now))
        {
            return Ok(known.credentials.clone());
        }
        match (self.found(region).await, known) {
            (Ok(credentials), _) => {
                self.is_refused.store(false, Ordering::Relaxed);
                *held = Some(Held {
                    credentials: credentials.clone(),
                    since: now,
                    after_refusal: is_refused,
                });
                Ok(credentials)
            }
            // Who gives them may be away for a moment.
            (Err(_), Some(known)) => Ok(known.credentials),
            (Err(why), None) => Err(why),
        }
    }

    async fn found(&self, region: &str) -> Result<Credentials, String> {
        let aws = (self.find)(region.to_owned()).await;
        let aws = aws.map_err(|error| error.to_string())?;
        let credentials = aws.credentials().await;
        credentials.ok_or_else(|| SignError::NoCredentials.to_string())
    }
}

impl Signs for Signing {
    fn headers<'a>(
        &'a self,
        request: &'a Request<Bytes>,
        scope: Option<&'a SigningScope>,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderMap, String>> + Send + 'a>> {
        Box::pin(self.sign(request, scope))
    }

    fn refused(&self) {
        self.is_refused.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").finish_non_exhaustive()
    }
}

/// The service and the region that a host name says: those of a Function URL, of API Gateway and of Bedrock AgentCore.
fn said_by(host: &str) -> Option<(&'static str, &str)> {
    let host = host.trim_end_matches('.');
    if let Some(region) = region_of(host) {
        return Some((FUNCTION, region));
    }
    let name = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    let (rest, region) = name.rsplit_once('.')?;
    let service = ["execute-api", "bedrock-agentcore"]
        .into_iter()
        .find(|service| {
            let before = rest.strip_suffix(service);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })?;
    Some((service, region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_says_for_whom_requests_are_signed() {
        for (host, said) in [
            (
                "abc.lambda-url.eu-west-1.on.aws",
                Some(("lambda", "eu-west-1")),
            ),
            (
                "abc.execute-api.us-east-2.amazonaws.com",
                Some(("execute-api", "us-east-2")),
            ),
            (
                "abc.execute-api.cn-north-1.amazonaws.com.cn",
                Some(("execute-api", "cn-north-1")),
            ),
            (
                "bedrock-agentcore.us-west-2.amazonaws.com",
                Some(("bedrock-agentcore", "us-west-2")),
            ),
            (
                "gw-1.gateway.bedrock-agentcore.us-west-2.amazonaws.com",
                Some(("bedrock-agentcore", "us-west-2")),
            ),
            ("not-execute-api.us-east-2.amazonaws.com", None),
            ("s3.us-east-2.amazonaws.com", None),
            ("execute-api.us-east-2.amazonaws.com.example.com", None),
            ("mcp.example.com", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(said_by(host), said, "{host}");
        }
    }

    #[test]
    fn credentials_are_renewed_before_they_end_and_not_at_each_refusal() {
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let held = |expiry| Held {
            credentials: Credentials::new("id", "secret", None, expiry, "test"),
            since,
            after_refusal: false,
        };
        let after = |seconds| since + Duration::from_secs(seconds);
        let lasting = held(None);
        let hour = held(Some(after(3600)));
        let renewed = Held {
            after_refusal: true,
            ..lasting.clone()
        };
        for (held, is_refused, now, is_due) in [
            (&lasting, false, 299, false),
            (&lasting, false, 300, true),
            (&lasting, true, 1, true),
            (&renewed, true, 29, false),
            (&renewed, true, 30, true),
            (&hour, false, 3299, false),
            (&hour, false, 3300, true),
            (&hour, true, 30, true),
        ] {
            assert_eq!(held.is_due(is_refused, after(now)), is_due, "{now}");
        }
        assert!(!hour.is_over(after(3599)) && hour.is_over(after(3600)));
    }
}
