use std::ffi::OsStr;
use std::path::PathBuf;

use mesh_core::Parameter;

use super::fault::{Fault, Faults};
use super::setting::SETTINGS;
use super::variables::{Value, Variables};

/// Reads settings one by one and keeps what is wrong with them until the end.
pub(crate) struct Reader<'a> {
    variables: &'a Variables,
    asked: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(variables: &'a Variables) -> Self {
        Self {
            variables,
            asked: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// A setting that may be absent. `parse` says what the value must be (`a whole number`) where it is not.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(name)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(wanted) => {
                let label = self.label(name);
                self.fault(format!("{label} must be {wanted}, not `{text}`"));
                None
            }
        }
    }

    /// As [`Reader::optional`], with a default. Where the value is wrong the default stands in until the faults are told.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        default: T,
    ) -> T {
        self.optional(name, parse).unwrap_or(default)
    }

    /// A setting whose value is not for other eyes: a fault does not repeat it.
    pub(crate) fn unrepeated<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(name)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(wanted) => {
                let label = self.label(name);
                self.fault(format!("{label} must be {wanted}"));
                None
            }
        }
    }

    /// A whole number within bounds, both included.
    pub(crate) fn number(&mut self, name: &'static str, bounds: (u64, u64), default: u64) -> u64 {
        self.optional_number(name, bounds).unwrap_or(default)
    }

    /// As [`Reader::number`], of a setting that may be absent.
    pub(crate) fn optional_number(
        &mut self,
        name: &'static str,
        (low, high): (u64, u64),
    ) -> Option<u64> {
        let within = |text: &str| match text.trim().parse::<u64>() {
            Ok(number) if (low..=high).contains(&number) => Ok(number),
            Ok(_) => Err(format!("between {low} and {high}")),
            Err(_) => Err("a whole number".to_owned()),
        };
        self.optional(name, within)
    }

    /// A list separated by commas; `parse` reads one item of it.
    pub(crate) fn list<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let items = |text: &str| {
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            items.map(&parse).collect::<Result<Vec<T>, String>>()
        };
        self.optional(name, items)
    }

    pub(crate) fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        self.asked.push(name);
        let value = self.variables.value(name)?.last()?;
        self.named(name, value)
    }

    /// Paths: a variable holds them as `PATH` does, a flag holds one each.
    pub(crate) fn paths(&mut self, name: &'static str) -> Vec<PathBuf> {
        self.asked.push(name);
        match self.variables.value(name) {
            None => Vec::new(),
            Some(Value::Variable(value)) => std::env::split_paths(value)
                .filter(|path| !path.as_os_str().is_empty())
                .collect(),
            Some(Value::Flag(_, values)) => values
                .iter()
                .filter_map(|value| self.named(name, value))
                .collect(),
        }
    }

    /// An empty variable is absent, but an empty flag is a script's slip: the path was meant to be there.
    fn named(&mut self, name: &'static str, value: &OsStr) -> Option<PathBuf> {
        if value.is_empty() {
            let label = self.label(name);
            self.fault(format!("{label} must be a path, not nothing"));
            return None;
        }
        Some(PathBuf::from(value))
    }

    /// The text of a setting.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        let value = self.variables.value(name)?.last()?;
        let text = value.to_owned().into_string();
        if text.is_err() {
            let label = self.label(name);
            self.fault(format!("{label} is not UTF-8"));
        }
        text.ok()
    }

    /// A variable that is the platform's, not ours.
    pub(crate) fn foreign(&self, name: &str) -> Option<String> {
        self.variables.foreign(name)
    }

    /// Whether it came from the environment.
    pub(crate) fn is_variable(&self, name: &str) -> bool {
        matches!(self.variables.value(name), Some(Value::Variable(_)))
    }

    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.variables.value(name).is_some()
    }

    /// How to name a setting to whoever gave it: by its flag if it came as one.
    pub(crate) fn label(&self, name: &'static str) -> String {
        match self.variables.value(name) {
            Some(Value::Flag(flag, _)) => format!("`{flag}`"),
            _ => format!("`{name}`"),
        }
    }

    pub(crate) fn fault(&mut self, sentence: impl Into<String>) {
        self.faults.push(Fault::new(sentence));
    }

    /// Ends the reading: whatever begins with `MESH_` and is no setting is a fault too, for a misspelt one would
    /// otherwise be a default.
    pub(crate) fn finish(mut self) -> Result<(), Faults> {
        let unknown = self.variables.names().filter(|name| is_unknown(name));
        self.faults.extend(unknown.map(unknown_setting));
        Faults::refuse(self.faults)
    }

    #[cfg(test)]
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.asked.clone()
    }
}

fn is_unknown(name: &str) -> bool {
    let is_secret = Parameter::ALL
        .iter()
        .any(|parameter| parameter.variable() == name);
    name.starts_with("MESH_") && !is_secret && SETTINGS.iter().all(|setting| setting.name != name)
}

fn unknown_setting(name: &str) -> Fault {
    let nearest = SETTINGS
        .iter()
        .map(|setting| setting.name)
        .min_by_key(|known| strsim::damerau_levenshtein(known, name))
        .expect("the table of settings is not empty");
    Fault::new(format!(
        "`{name}` is not a setting; the nearest one is `{nearest}`"
    ))
}
