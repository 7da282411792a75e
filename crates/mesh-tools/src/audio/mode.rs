/// How a sound reaches whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputMode {
    /// Written to a folder; the answer has the path.
    Files,
    /// Within the answer.
    Resources,
    Both,
    /// Into a bucket; the answer has an address that is good for some minutes.
    Link,
}

impl OutputMode {
    pub const ALL: [Self; 4] = [Self::Files, Self::Resources, Self::Both, Self::Link];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Resources => "resources",
            Self::Both => "both",
            Self::Link => "link",
        }
    }

    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Files | Self::Both)
    }
}
