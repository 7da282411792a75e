use std::collections::HashMap;
use std::fmt::Debug;

use futures::future::BoxFuture;
use mesh_core::Secret;

/// Where the values are that entries name: a team's own first, then everybody's.
pub trait Credentials: Debug + Send + Sync {
    /// The values there are; a name without one is left out. `again` asks for what may have changed since.
    /// It has no deadline of its own: whoever asks stops waiting.
    ///
    /// # Errors
    /// Why they cannot be read: then nobody knows whether there are any.
    fn read<'a>(
        &'a self,
        team: Option<&'a str>,
        names: &'a [String],
        again: bool,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>>;
}
