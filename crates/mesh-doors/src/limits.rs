//! How much one caller may have called, and have running, at a time.

use mesh_core::Effect;

/// Of the tools with one effect, for one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub per_minute: u32,
    /// How many may be running at the same time.
    pub concurrent: u32,
}

impl Limit {
    /// Where nothing else is said. An agent that searches asks several things at once; what changes something or costs money is
    /// called for one thing that a person wants.
    #[must_use]
    pub const fn default_of(effect: Effect) -> Self {
        let (per_minute, concurrent) = match effect {
            Effect::Read => (100, 10),
            Effect::Write => (30, 4),
            Effect::Spend => (5, 2),
        };
        Self {
            per_minute,
            concurrent,
        }
    }
}
