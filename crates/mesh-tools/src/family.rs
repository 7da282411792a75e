/// What a tool is about. A policy names it where it means all tools of a kind, those to come too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Knowledge,
    Tracker,
    Code,
    Mail,
    Development,
    /// Everything there is, whatever its kind.
    Reading,
    System,
    /// Speech, transcripts and voices, of ElevenLabs.
    Voice,
    /// Agents that talk, and what was said to them, of ElevenLabs.
    Agents,
    /// Music, of ElevenLabs.
    Music,
}

impl Family {
    /// Whether its tools ask a vendor that others may change, too.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Voice | Self::Agents | Self::Music)
    }

    pub const ALL: [Self; 10] = [
        Self::Knowledge,
        Self::Tracker,
        Self::Code,
        Self::Mail,
        Self::Development,
        Self::Reading,
        Self::System,
        Self::Voice,
        Self::Agents,
        Self::Music,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Tracker => "tracker",
            Self::Code => "code",
            Self::Mail => "mail",
            Self::Development => "development",
            Self::Reading => "reading",
            Self::System => "system",
            Self::Voice => "voice",
            Self::Agents => "agents",
            Self::Music => "music",
        }
    }
}
