/// How a sound reaches whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputMode {
    /// Written to a folder; the answer has the path.
    Files,
    /// Within the answer.
    Resources,
    Both,
}

impl OutputMode {
    pub const ALL: [Self; 3] = [Self::Files, Self::Resources, Self::Both];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Resources => "resources",
            Self::Both => "both",
        }
    }

    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Files | Self::Both)
    }

    pub(crate) const fn embeds(self) -> bool {
        matches!(self, Self::Resources | Self::Both)
    }
}
