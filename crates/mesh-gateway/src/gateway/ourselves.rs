//! An upstream that is this very server, and requests that have come back.

use std::net::SocketAddr;

use super::Gateway;
use crate::entry::{Command, Transport};
use crate::here::{Comeback, Here};
use crate::hops::Hops;

impl Gateway {
    #[must_use]
    pub fn here(&self) -> &Here {
        &self.0.world.here
    }

    /// Where this server listens. What is written of an upstream there is not sent to.
    pub fn listens_at(&self, address: SocketAddr) {
        self.here().listens_at(address);
        self.refuse_ourselves();
    }

    pub(super) fn refuse_ourselves(&self) {
        let upstreams = self.upstreams();
        let refused = upstreams.iter().filter(|one| one.refuse_if_ourselves());
        for upstream in refused {
            tracing::warn!(
                upstream = upstream.entry.name,
                place = %upstream.entry.place,
                "an upstream is this very server, and is not asked; take its entry out"
            );
        }
    }

    /// What is told to who asked us for something: who we are, and who is behind us.
    #[must_use]
    pub fn told(&self) -> Hops {
        /// Enough for a company's servers, and few enough for a header.
        const MAX: usize = 32;
        let mut told = Hops::default().then(self.here().id());
        let upstreams = self.upstreams();
        let behind = upstreams.iter().flat_map(|upstream| upstream.behind());
        for server in behind.take(MAX) {
            if !told.contain(server) {
                told = told.then(server);
            }
        }
        told
    }

    /// Why this process should not be, where it is one of those that go on starting one another.
    #[must_use]
    pub fn is_one_too_many(&self) -> Option<Comeback> {
        let upstreams = self.upstreams();
        let commands = upstreams
            .iter()
            .filter_map(|one| command(&one.entry.transport));
        self.here().is_one_too_many(commands)
    }
}

const fn command(transport: &Transport) -> Option<&Command> {
    match transport {
        Transport::Stdio(command) => Some(command),
        Transport::Http(_) => None,
    }
}
