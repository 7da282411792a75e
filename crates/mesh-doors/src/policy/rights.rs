use std::sync::Arc;

/// The teams that a caller is in, of one policy. Few differ, so that what they see can be kept for all who share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights {
    /// Whose teams they are: in another policy their numbers would be those of others.
    pub(super) policy: u64,
    pub(super) teams: Arc<[usize]>,
}

impl Rights {
    /// Whether the caller is in no team.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.teams.is_empty()
    }
}
