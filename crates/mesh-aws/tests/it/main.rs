#[cfg(feature = "operate")]
mod account;
mod bucket;
#[cfg(feature = "operate")]
mod cloudwatch;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "operate")]
mod parameters;
mod s3;
mod ssm;
mod support;
mod text;
