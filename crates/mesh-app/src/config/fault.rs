use std::fmt;

/// Everything that is wrong with the settings, a sentence each that names one and says what it must be; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<String>);

impl Faults {
    /// Refuses unless nothing was found.
    pub(crate) fn refuse(found: Vec<String>) -> Result<(), Self> {
        if found.is_empty() {
            return Ok(());
        }
        Err(Self(found))
    }

    pub fn iter(&self) -> impl Iterator<Item = &String> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Faults {}
