//! What an upstream offers and nobody has approved, where the lock is enforced: not listed, and not called either.

use std::collections::HashSet;

use super::Upstream;
use crate::heard::{Heard, Kind};
use crate::raw::Members;

impl Upstream {
    /// Names of what was heard and is not approved.
    pub(super) fn unapproved(&self, heard: &Heard) -> Vec<(Kind, String)> {
        let approvals = &self.world.approvals;
        if !approvals.are_enforced() {
            return Vec::new();
        }
        let approved = approvals.approved(&self.entry, heard);
        let withheld = Kind::ALL.into_iter().flat_map(|kind| {
            let approved: HashSet<_> = names(&approved, kind).collect();
            let names: Vec<_> = names(heard, kind)
                .filter(|name| !approved.contains(name))
                .collect();
            names.into_iter().map(move |name| (kind, name))
        });
        withheld.collect()
    }

    /// Why something is not asked for.
    pub(super) fn withheld(&self, method: &str, name: &str) -> Option<String> {
        let kind = match method {
            "tools/call" => Kind::Tool,
            "prompts/get" => Kind::Prompt,
            "resources/read" => Kind::Resource,
            _ => return None,
        };
        let now = self.lock();
        let is_withheld = now
            .withheld
            .iter()
            .any(|(of, known)| *of == kind && known == name);
        is_withheld.then(|| {
            format!(
                "the {kind} is not what was approved: run `mesh upstream diff`, and `mesh upstream approve {}` where it is well",
                self.entry.name
            )
        })
    }
}

fn names(heard: &Heard, kind: Kind) -> impl Iterator<Item = String> {
    let definitions = heard.of(kind).iter();
    definitions.filter_map(move |definition| Members::of(definition)?.text(kind.key()))
}
