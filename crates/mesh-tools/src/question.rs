use std::fmt;

use serde_json::Value;

/// What a client may offer to a server that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    Elicitation,
    Sampling,
    Roots,
}

impl Capability {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Elicitation => "elicitation",
            Self::Sampling => "sampling",
            Self::Roots => "roots",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// A form for the person: a message, and a flat JSON Schema of its fields.
    Form { message: String, schema: Value },
    /// A prompt for the client's model, and the most tokens it may answer with.
    Sample { prompt: String, max_tokens: u32 },
    /// The folders the client works in.
    Roots,
    /// One of another server's, as it put it.
    Relayed {
        of: Capability,
        method: String,
        params: Option<Value>,
    },
}

impl Question {
    #[must_use]
    pub const fn capability(&self) -> Capability {
        match self {
            Self::Form { .. } => Capability::Elicitation,
            Self::Sample { .. } => Capability::Sampling,
            Self::Roots => Capability::Roots,
            Self::Relayed { of, .. } => *of,
        }
    }
}
