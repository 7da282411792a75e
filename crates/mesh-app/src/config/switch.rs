/// Something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err("`on` or `off`".to_owned()),
        }
    }

    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}
