use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::{Deadline, Secret};

/// Values by their whole names.
pub type NamedValues = BTreeMap<String, Secret>;

/// Where values are kept by names, such as a parameter store.
pub trait ValueSource: fmt::Debug + Send + Sync {
    /// Those that are there now, by their whole names; a name that is not there is left out.
    ///
    /// # Errors
    /// Why nobody knows what is there, in words for the operator.
    fn read<'a>(
        &'a self,
        names: &'a [String],
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<NamedValues, String>> + Send + 'a>>;
}
