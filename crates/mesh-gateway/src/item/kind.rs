use crate::heard::Kind;

/// What is offered beside tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Prompt,
    Resource,
    Template,
}

impl ItemKind {
    pub(crate) const ALL: [Self; 3] = [Self::Prompt, Self::Resource, Self::Template];

    pub(super) const fn key(self) -> &'static str {
        self.kind().key()
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Prompt => Kind::Prompt,
            Self::Resource => Kind::Resource,
            Self::Template => Kind::Template,
        }
    }
}
