use std::fmt;

/// Who a request comes from, as far as the door could tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Reached us over loopback or standard input, where no token is configured.
    Local,
    /// Showed the configured bearer token.
    Bearer,
}

impl Caller {
    /// The name that logs carry and that sealed state is bound to.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Bearer => "bearer",
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
