//! CloudWatch through its SDK: what hosts that are not Lambda send, and what an operator reads.

mod alarm;
mod publish;
mod read;

use aws_sdk_cloudwatch::Client;
use mesh_core::Deadline;

pub use alarm::{Alarm, AlarmState};
pub use publish::Measurement;
pub use read::{MetricQuery, Period, Series, Statistic};

use crate::endpoint::Service;
use crate::{Aws, CallError};

/// The metrics and alarms of an account, in one region.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    aws: Aws,
}

impl CloudWatch {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone() }
    }

    fn client(&self, deadline: Deadline) -> Result<Client, CallError> {
        Ok(Client::new(&self.aws.sdk(Service::CloudWatch, deadline)?))
    }
}
