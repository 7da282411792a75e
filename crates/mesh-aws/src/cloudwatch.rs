//! CloudWatch through its SDK: what hosts that are not Lambda send, and what an operator reads.

mod alarm;
mod publish;
mod read;

use std::fmt;
use std::time::Instant;

use aws_sdk_cloudwatch::config::http::HttpResponse;
use aws_sdk_cloudwatch::config::retry::RetryConfig;
use aws_sdk_cloudwatch::config::timeout::TimeoutConfig;
use aws_sdk_cloudwatch::config::{BehaviorVersion, Builder, Region, StalledStreamProtectionConfig};
use aws_sdk_cloudwatch::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatch::{Client, Config};
use mesh_core::Deadline;

pub use alarm::{Alarm, AlarmState};
pub use publish::Measurement;
pub use read::{Period, Query, Series, Statistic};

use crate::endpoint::Service;
use crate::{Aws, CallError, connector};

/// The metrics and alarms of an account, in one region.
#[derive(Clone)]
pub struct CloudWatch {
    client: Client,
}

impl CloudWatch {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(aws.region().to_owned()))
            .credentials_provider(aws.provider())
            .http_client(connector::client(aws.http().clone()))
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            // Answers are small and read whole, and every call has a deadline.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(aws.overridden(Service::CloudWatch).map(ToOwned::to_owned));
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

impl fmt::Debug for CloudWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudWatch").finish_non_exhaustive()
    }
}

/// All attempts together end at the deadline, and the first leaves time for a second.
fn patience(deadline: Deadline) -> Result<Builder, CallError> {
    let left = deadline.remaining(Instant::now());
    if left.is_zero() {
        return Err(CallError::TimedOut);
    }
    let timeouts = TimeoutConfig::builder()
        .operation_timeout(left)
        .operation_attempt_timeout(left * 2 / 3);
    Ok(Config::builder().timeout_config(timeouts.build()))
}

fn fault<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, action: &str) -> CallError {
    match error {
        SdkError::TimeoutError(_) => CallError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => CallError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_io() => CallError::Unreachable,
        SdkError::ServiceError(error) => {
            let status = error.raw().status().as_u16().to_string();
            CallError::of(error.err().code().unwrap_or(&status), action)
        }
        SdkError::ResponseError(_) => CallError::unreadable(),
        _ => {
            CallError::Refused("no credentials were found, or a request it cannot make".to_owned())
        }
    }
}
