/// What a call of a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing: it may be called again.
    Read,
    /// It changes what others see, here or elsewhere.
    Write,
    /// It costs money, or reaches a person.
    Spend,
}

impl Effect {
    /// Its name, as policies, records and pages have it; it ends a sentence such as `tools that write`, too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Spend => "spend",
        }
    }
}
