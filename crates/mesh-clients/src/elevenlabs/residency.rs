use std::fmt;

/// Where an account's data is kept. A key is good for the address of its own alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Residency {
    /// In the United States: that of every account which did not ask for another.
    #[default]
    Global,
    Eu,
    India,
    Singapore,
}

/// A residency that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such data residency; give `us`, `global`, `eu`, `in` or `sg`")]
pub struct UnknownResidency;

impl Residency {
    /// One by its name, alone or followed by `-residency`. Nothing, where the value is blank or a placeholder that whoever
    /// starts the process was to replace, and did not.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn parse(value: &str) -> Result<Option<Self>, UnknownResidency> {
        let value = value.trim().to_ascii_lowercase();
        if value.is_empty() || is_placeholder(&value) {
            return Ok(None);
        }
        match value.strip_suffix("-residency").unwrap_or(&value) {
            "us" | "global" => Ok(Some(Self::Global)),
            "eu" => Ok(Some(Self::Eu)),
            "in" => Ok(Some(Self::India)),
            "sg" => Ok(Some(Self::Singapore)),
            _ => Err(UnknownResidency),
        }
    }

    /// Where its keys are taken.
    #[must_use]
    pub const fn base(self) -> &'static str {
        match self {
            Self::Global => "https://api.elevenlabs.io",
            Self::Eu => "https://api.eu.residency.elevenlabs.io",
            Self::India => "https://api.in.residency.elevenlabs.io",
            Self::Singapore => "https://api.sg.residency.elevenlabs.io",
        }
    }
}

impl fmt::Display for Residency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::Eu => "eu",
            Self::India => "in",
            Self::Singapore => "sg",
        })
    }
}

/// `${NAME}` or `{{name}}`.
fn is_placeholder(value: &str) -> bool {
    value.starts_with("${") && value.ends_with('}')
        || value.starts_with("{{") && value.ends_with("}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_has_its_address() {
        for (spellings, base) in [
            (
                ["us", "us-residency", "global", " Global-Residency "],
                "https://api.elevenlabs.io",
            ),
            (
                ["eu", "EU", "eu-residency", "EU-residency"],
                "https://api.eu.residency.elevenlabs.io",
            ),
            (
                ["in", "IN", "in-residency", "in-RESIDENCY"],
                "https://api.in.residency.elevenlabs.io",
            ),
            (
                ["sg", "Sg", "sg-residency", "sg-residency\n"],
                "https://api.sg.residency.elevenlabs.io",
            ),
        ] {
            for spelling in spellings {
                let residency = Residency::parse(spelling);
                let found = residency.map(|residency| residency.map(Residency::base));
                assert_eq!(found, Ok(Some(base)), "{spelling}");
            }
        }
    }

    #[test]
    fn a_blank_or_a_placeholder_is_none_and_anything_else_is_wrong() {
        for unset in ["", " ", "${ELEVENLABS_API_RESIDENCY}", "{{residency}}"] {
            assert_eq!(Residency::parse(unset), Ok(None), "{unset}");
        }
        for wrong in ["de", "eu-west-1", "-residency", "https://eu", "$eu"] {
            assert_eq!(Residency::parse(wrong), Err(UnknownResidency), "{wrong}");
        }
    }
}
