use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::Deadline;

/// Where a text is kept that people change while the server runs.
pub trait TextSource: fmt::Debug + Send + Sync {
    /// Reads it as it is now.
    ///
    /// # Errors
    /// Why there is none, in words for the operator.
    fn read(
        &self,
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + '_>>;

    /// What an operator calls it, such as `ssm:/mesh/policy`.
    fn name(&self) -> &str;
}
