mod fake;
#[cfg(feature = "operate")]
mod metrics;
mod parameters;

use std::time::{Duration, Instant};

use mesh_aws::Aws;
use mesh_core::Deadline;

pub(crate) use fake::{Fake, Reply, Seen};
#[cfg(feature = "operate")]
pub(crate) use metrics::{array, at, cbor, field, map, metrics_service, number, read_cbor, text};
pub(crate) use parameters::parameter_store;

/// An account whose every service is at `address`.
pub(crate) fn aws(address: &str) -> Aws {
    Aws::from_environment(&|name| {
        let value = match name {
            "AWS_REGION" => "us-east-2",
            "AWS_ACCESS_KEY_ID" => "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY" => "example-secret",
            "AWS_SESSION_TOKEN" => "example-token",
            "AWS_ENDPOINT_URL" => address,
            _ => return None,
        };
        Some(value.to_owned())
    })
    .expect("all are set")
}

pub(crate) fn within(millis: u64) -> Deadline {
    Deadline::after(Instant::now(), Duration::from_millis(millis))
}
