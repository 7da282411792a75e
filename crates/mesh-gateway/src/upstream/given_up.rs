//! A request that nobody waits for any more.

use std::sync::Arc;

use super::Upstream;
use crate::connection::Connection;
use crate::wire::Wire;

/// Ends the connection of a request that was given up, where the upstream might go on with it in a harmful way: a process that
/// is frozen in the middle of it, or one that would ask the next caller what it meant to ask this one.
pub(super) struct GivenUp<'a> {
    upstream: &'a Upstream,
    connection: Option<&'a Arc<Connection>>,
}

impl<'a> GivenUp<'a> {
    pub(super) fn unless_answered(upstream: &'a Upstream, connection: &'a Arc<Connection>) -> Self {
        let is_harmful = match &connection.wire {
            Wire::Stdio(_) => upstream.world.sandbox.is_some() || upstream.entry.options.relay,
            Wire::Sse(_) => upstream.entry.options.relay,
            Wire::Streamable(_) => false,
        };
        Self {
            upstream,
            connection: is_harmful.then_some(connection),
        }
    }

    pub(super) const fn is_answered(&mut self) {
        self.connection = None;
    }
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection {
            self.upstream.kill(connection);
        }
    }
}
