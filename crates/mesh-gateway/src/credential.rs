use std::collections::HashMap;
use std::fmt::Debug;

use futures::future::BoxFuture;
use mesh_core::Secret;

/// How new values must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Those that were read before will do.
    AtHand,
    /// They are read anew: what there was may have changed since.
    Anew,
}

/// Where the values are that entries name: a team's own first, then everybody's.
pub trait Credentials: Debug + Send + Sync {
    /// The values there are; a name without one is left out.
    /// It has no deadline of its own: whoever asks stops waiting.
    ///
    /// # Errors
    /// Why they cannot be read: then nobody knows whether there are any.
    fn read<'a>(
        &'a self,
        team: Option<&'a str>,
        names: &'a [String],
        freshness: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>>;
}
