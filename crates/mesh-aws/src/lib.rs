//! Everything of ours that speaks to AWS.
//!
//! The function on Lambda needs two things of it, secrets and objects ([`Ssm`], [`S3`]), and starts cold with them; what
//! an operator needs besides is behind the features `chain` and `operate`, so that the function does not link it.

#[cfg(feature = "operate")]
mod account;
mod aws;
mod bucket;
#[cfg(feature = "operate")]
mod cloudwatch;
mod collector;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod endpoint;
mod fault;
mod s3;
mod sdk;
mod signer;
mod signing;
mod ssm;
mod text;

#[cfg(feature = "operate")]
pub use account::{Account, CallerIdentity, LogGroup, Permission};
pub use aws::{Aws, SetupError};
pub use bucket::Bucket;
#[cfg(feature = "operate")]
pub use cloudwatch::{
    Alarm, AlarmState, CloudWatch, Measurement, MetricQuery, Period, Series, Statistic,
};
pub use collector::{Collector, CollectorError};
#[cfg(feature = "dynamodb")]
pub use dynamodb::{Condition, Row, RowChange, RowName, RowWrite, Rows, Table, TableError};
pub use fault::CallError;
pub use s3::{Fetched, NotAnObject, Object, ObjectError, S3};
pub use signer::{SignError, Signer, region_of};
pub use signing::Signing;
pub use ssm::Ssm;
#[cfg(feature = "operate")]
pub use ssm::{Described, ParameterKind};
pub use text::{NotAText, Text};
