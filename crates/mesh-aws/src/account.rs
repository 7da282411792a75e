//! What an operator asks of the account, and no one else: who am I, what may I, is it set up as it should be.

mod identity;
mod log_group;
mod permission;
mod policy;

pub use identity::Identity;
pub use log_group::LogGroup;
pub use permission::Permission;

use crate::Aws;

/// The account of the credentials.
#[derive(Clone, Debug)]
pub struct Account {
    aws: Aws,
}

impl Account {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone() }
    }
}
