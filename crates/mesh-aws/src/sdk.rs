//! What the SDK's clients have in common: where they send, for how long, and what their faults mean.

use std::error::Error;
use std::iter;
use std::time::{Duration, Instant};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use mesh_core::Deadline;

use crate::endpoint::Service;
use crate::fault::UNREADABLE;
use crate::{Aws, CallError};

/// The SDK's own, a second, is half of what reading the secrets may take.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

impl Aws {
    /// What a client is made of whose one call ends at the deadline: a first attempt leaves time for a second.
    pub(crate) fn sdk(&self, service: Service, deadline: Deadline) -> Result<SdkConfig, CallError> {
        let left = deadline.remaining(Instant::now());
        if left.is_zero() {
            return Err(CallError::TimedOut);
        }
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(left)
            .read_timeout(left * 2 / 3);
        let retry = RetryConfig::standard()
            .with_max_attempts(2)
            .with_initial_backoff(FIRST_PAUSE);
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.region().to_owned()))
            .credentials_provider(self.provider())
            .identity_cache(self.identities())
            .http_client(self.http().for_sdk())
            .retry_config(retry)
            .timeout_config(timeouts.build())
            // Answers are small and read whole, and every call has a deadline.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(self.overridden(service).map(ToOwned::to_owned));
        Ok(config.build())
    }
}

/// What came of a call that needs the permission `action`, such as `ssm:GetParameters`.
pub(crate) fn fault<E: ProvideErrorMetadata + Error + 'static>(
    error: &SdkError<E, HttpResponse>,
    action: &str,
) -> CallError {
    match error {
        SdkError::TimeoutError(_) => CallError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => CallError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_io() => CallError::Unreachable,
        SdkError::ServiceError(error) => {
            let code = error.err().code().map(ToOwned::to_owned);
            let message = error.err().message().unwrap_or_default();
            match CallError::of(&code.unwrap_or_else(|| status(error.raw())), action) {
                // A key of the customer's own that the role may not use is refused in the name of the store.
                CallError::Denied(_) if message.contains("kms:Decrypt") => {
                    CallError::Denied("kms:Decrypt".to_owned())
                }
                error => error,
            }
        }
        SdkError::ResponseError(error) => CallError::of(&status(error.raw()), action),
        _ => without_credentials(error).unwrap_or(CallError::Unsendable),
    }
}

/// They are looked for when a request is signed.
fn without_credentials(error: &(dyn Error + 'static)) -> Option<CallError> {
    let mut causes = iter::successors(Some(error), |error| (*error).source());
    let cause = causes.find_map(|cause| cause.downcast_ref::<CredentialsError>())?;
    Some(match cause {
        CredentialsError::CredentialsNotLoaded(_) => CallError::NoCredentials,
        _ => CallError::UnavailableCredentials,
    })
}

/// What stands for a short name that is missing.
fn status(answer: &HttpResponse) -> String {
    if answer.status().is_success() {
        return UNREADABLE.to_owned();
    }
    answer.status().as_u16().to_string()
}
