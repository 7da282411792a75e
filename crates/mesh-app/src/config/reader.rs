use std::ffi::OsStr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use mesh_core::{Host, Parameter};

use super::choice::Switch;
use super::fault::Faults;
use super::setting::{Setting, settings};
use super::value;
use super::variables::{Value, Variables};

/// Reads settings one by one and keeps what is wrong with them until the end.
pub(crate) struct Reader<'a> {
    pub(super) host: Host,
    variables: &'a Variables,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(host: Host, variables: &'a Variables) -> Self {
        Self {
            host,
            variables,
            faults: Vec::new(),
        }
    }

    /// The setting of a row of the table.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self, &'static Setting) -> T,
    ) -> T {
        let setting = settings().find(|setting| setting.name == name);
        read(self, setting.expect("a row of the table"))
    }

    /// A setting that may be absent. `parse` says what the value must be (`a whole number`) where it is not.
    pub(super) fn optional<T>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(setting)?;
        let read = parse(&text).map_err(|wanted| format!("{wanted}, not `{text}`"));
        self.or_fault(setting, read)
    }

    /// A setting whose value is not for other eyes: a fault does not repeat it.
    pub(super) fn unrepeated<T>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let read = parse(&self.text(setting)?);
        self.or_fault(setting, read)
    }

    fn or_fault<T>(&mut self, setting: &Setting, read: Result<T, String>) -> Option<T> {
        read.map_err(|wanted| self.fault(format!("{} must be {wanted}", self.label(setting))))
            .ok()
    }

    /// A setting with a default, which also stands in for a wrong value until the faults are told.
    pub(super) fn parsed<T>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        self.optional(setting, &parse).unwrap_or_else(|| {
            let default = parse(setting.default_value());
            default
                .unwrap_or_else(|wanted| panic!("the default of {} is not {wanted}", setting.name))
        })
    }

    pub(super) fn switch(&mut self, setting: &Setting) -> Switch {
        self.parsed(setting, setting.one_of(Switch::ALL))
    }

    pub(super) fn seconds(&mut self, setting: &Setting, bounds: RangeInclusive<u64>) -> Duration {
        Duration::from_secs(self.parsed(setting, value::number(bounds)))
    }

    pub(super) fn days(&mut self, setting: &Setting, bounds: RangeInclusive<u64>) -> Duration {
        Duration::from_secs(24 * 60 * 60 * self.parsed(setting, value::number(bounds)))
    }

    pub(super) fn milliseconds(
        &mut self,
        setting: &Setting,
        bounds: RangeInclusive<u64>,
    ) -> Duration {
        Duration::from_millis(self.parsed(setting, value::number(bounds)))
    }

    /// In bytes or characters.
    pub(super) fn size(&mut self, setting: &Setting, bounds: RangeInclusive<u64>) -> usize {
        usize::try_from(self.parsed(setting, value::number(bounds)))
            .expect("an upper bound fits in 32 bits")
    }

    /// A list separated by commas; `parse` reads one item of it.
    pub(super) fn list<T>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        self.optional(setting, |text| {
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            items.map(&parse).collect()
        })
    }

    pub(super) fn path(&mut self, setting: &'static Setting) -> Option<PathBuf> {
        let value = self.variables.value(setting.name)?.last()?;
        self.named(setting, value)
    }

    /// Paths: a variable holds them as `PATH` does, a flag holds one each.
    pub(super) fn paths(&mut self, setting: &'static Setting) -> Vec<PathBuf> {
        match self.variables.value(setting.name) {
            None => Vec::new(),
            Some(Value::Variable(value)) => std::env::split_paths(value)
                .filter(|path| !path.as_os_str().is_empty())
                .collect(),
            Some(Value::Flag(_, values)) => values
                .iter()
                .filter_map(|value| self.named(setting, value))
                .collect(),
        }
    }

    /// An empty variable is absent, but an empty flag is a script's slip: the path was meant to be there.
    fn named(&mut self, setting: &Setting, value: &OsStr) -> Option<PathBuf> {
        let read = (!value.is_empty())
            .then(|| PathBuf::from(value))
            .ok_or_else(|| "a path, not nothing".to_owned());
        self.or_fault(setting, read)
    }

    pub(super) fn text(&mut self, setting: &Setting) -> Option<String> {
        let value = self.variables.value(setting.name)?.last()?;
        let text = value.to_owned().into_string();
        if text.is_err() {
            self.fault(format!("{} is not UTF-8", self.label(setting)));
        }
        text.ok()
    }

    /// A variable that is the platform's, not ours.
    pub(super) fn foreign(&self, name: &str) -> Option<String> {
        self.variables.foreign(name)
    }

    /// Whether it came from the environment.
    pub(super) fn is_variable(&self, setting: &Setting) -> bool {
        matches!(self.variables.value(setting.name), Some(Value::Variable(_)))
    }

    pub(super) fn is_given(&self, name: &str) -> bool {
        self.variables.value(name).is_some()
    }

    /// How to name a setting to whoever gave it: by its flag if it came as one.
    pub(super) fn label(&self, setting: &Setting) -> String {
        match self.variables.value(setting.name) {
            Some(Value::Flag(flag, _)) => format!("`{flag}`"),
            _ => format!("`{}`", setting.name),
        }
    }

    pub(super) fn fault(&mut self, sentence: impl Into<String>) {
        self.faults.push(sentence.into());
    }

    /// Ends the reading: whatever begins with `MESH_` and is no setting is a fault too, for a misspelt one would
    /// otherwise be a default.
    pub(crate) fn finish(mut self) -> Result<(), Faults> {
        let unknown = self.variables.names().filter(|name| is_unknown(name));
        self.faults.extend(unknown.map(unknown_setting));
        Faults::refuse(self.faults)
    }
}

fn is_unknown(name: &str) -> bool {
    let is_secret = Parameter::ALL
        .iter()
        .any(|parameter| parameter.variable() == name);
    name.starts_with("MESH_") && !is_secret && settings().all(|setting| setting.name != name)
}

fn unknown_setting(name: &str) -> String {
    let distance = |known: &&str| strsim::damerau_levenshtein(known, name);
    let nearest = settings().map(|setting| setting.name).min_by_key(distance);
    // All names begin alike, which makes none of them near.
    let own = name.strip_prefix("MESH_").unwrap_or(name);
    match nearest.filter(|known| distance(known) * 3 <= own.len()) {
        Some(known) => format!("`{name}` is not a setting; the nearest one is `{known}`"),
        None => format!("`{name}` is not a setting; `mesh settings` lists those there are"),
    }
}
