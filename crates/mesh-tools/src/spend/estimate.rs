/// What a call is going to cost about, in credits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Estimate {
    Close(u64),
    /// Good enough to ask a person with, and too rough to refuse a call by.
    Rough(u64),
    /// Only the vendor learns it.
    Unknown,
}

impl Estimate {
    pub(crate) const fn credits(self) -> Option<u64> {
        match self {
            Self::Close(credits) | Self::Rough(credits) => Some(credits),
            Self::Unknown => None,
        }
    }

    /// What an account must have left.
    pub(crate) const fn needed(self) -> Option<u64> {
        match self {
            Self::Close(credits) => Some(credits),
            Self::Rough(_) | Self::Unknown => None,
        }
    }
}
