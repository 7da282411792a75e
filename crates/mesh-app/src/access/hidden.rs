//! Whether it is the policy that keeps a thing from a caller. They are told that there is none; the record has the reason.

use mesh_gateway::name::advertised;
use mesh_gateway::{Found, Items, RemoteItem};

use super::Granted;
use crate::app::App;
use crate::mcp::Incoming;
use crate::remote::sees_item;

impl App {
    /// Of a resource that is ours, or that no upstream has among what the caller sees.
    pub(crate) fn hides_resource(&self, incoming: &Incoming, uri: &str) -> bool {
        self.access
            .of(&incoming.request.caller)
            .is_some_and(|granted| {
                let is_ours = || self.listing_of(incoming).view.resource(uri).is_some();
                !granted.allows_resource(uri)
                    || !is_ours() && self.hidden(incoming, &granted).resource(uri).is_some()
            })
    }

    /// Of a resource that an upstream has among what the caller sees: it may be allowed under another URI alone.
    pub(crate) fn hides_found(&self, incoming: &Incoming, uri: &str, found: &Found) -> bool {
        let granted = self.access.of(&incoming.request.caller);
        granted.is_some_and(|granted| !granted.allows_found(uri, found))
    }

    /// Of a prompt, as [`Self::hides_resource`].
    pub(crate) fn hides_prompt(&self, incoming: &Incoming, name: &str) -> bool {
        let limit = self.config.gateway.name_limit;
        self.access
            .of(&incoming.request.caller)
            .is_some_and(|granted| {
                let is_allowed = match &incoming.scope {
                    Some(upstream) => {
                        granted.allows_prompt(advertised(upstream, name, limit).as_str())
                    }
                    None => granted.allows_prompt(name),
                };
                let is_ours = || self.listing_of(incoming).view.prompt(name).is_some();
                !is_allowed || !is_ours() && self.hidden(incoming, &granted).prompt(name).is_some()
            })
    }

    /// Of a family of resources, as [`Self::hides_resource`].
    pub(crate) fn hides_template(&self, incoming: &Incoming, template: &str) -> bool {
        self.access
            .of(&incoming.request.caller)
            .is_some_and(|granted| {
                let is_ours = || self.listing_of(incoming).view.template(template).is_some();
                !granted.allows_template(template)
                    || !is_ours() && self.hidden(incoming, &granted).template(template).is_some()
            })
    }

    /// What upstreams have, within the request's scope, that its caller does not see.
    fn hidden(&self, incoming: &Incoming, granted: &Granted) -> Items {
        let Some(gateway) = &self.gateway else {
            return Items::default();
        };
        let is_hidden = |kind, item: &RemoteItem| !sees_item(Some(granted), kind, item);
        let hidden = gateway.catalogue().items.seen_by(is_hidden);
        match &incoming.scope {
            Some(upstream) => hidden.of_upstream(upstream),
            None => hidden,
        }
    }
}
