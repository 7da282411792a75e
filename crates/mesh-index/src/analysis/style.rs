use crate::record::Kind;

/// How names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A capitalised word that ends in capitals is a proper name: taken apart, `OpenSSL` would be a match for `open`.
    Prose,
    /// It is two words, as in `OrderDTO` and `ServeHTTP`.
    Code,
}

impl Style {
    pub(super) const ALL: [Self; 2] = [Self::Prose, Self::Code];

    /// Commits speak of code.
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Knowledge | Kind::Ticket | Kind::Mail => Self::Prose,
            Kind::Commit | Kind::Code => Self::Code,
        }
    }

    /// The name under which the analysis is registered with tantivy.
    pub(crate) const fn tokenizer(self) -> &'static str {
        match self {
            Self::Prose => "mesh-prose",
            Self::Code => "mesh-code",
        }
    }
}
