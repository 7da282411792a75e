use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use super::setting::of_flag;

/// What the settings are read from: the environment, and over it the flags of the command line.
#[derive(Clone, Default)]
pub struct Variables {
    given: BTreeMap<String, Value>,
}

/// One setting as given, before it is understood.
#[derive(Clone)]
pub(crate) enum Value {
    Variable(OsString),
    /// The flag's name, and its values in order.
    Flag(&'static str, Vec<OsString>),
}

impl Value {
    /// The one value: of a flag given twice, the last.
    pub(crate) fn last(&self) -> Option<&OsStr> {
        match self {
            Self::Variable(value) => Some(value),
            Self::Flag(_, values) => values.last().map(OsString::as_os_str),
        }
    }
}

/// A client that does not fill in the values of ElevenLabs' variables gives them as they stand in its file.
fn is_placeholder(name: &str, value: &OsStr) -> bool {
    let value = value.to_string_lossy();
    let is_within = |begin, end| value.starts_with(begin) && value.ends_with(end);
    name.starts_with("ELEVENLABS_") && (is_within("${", "}") || is_within("{{", "}}"))
}

/// Names only: one of the values is a token.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.given.keys()).finish()
    }
}

impl Variables {
    /// Takes an environment. Names that are not UTF-8 are no setting of ours; empty values count as absent, since unit and
    /// compose files cannot unset a variable.
    pub fn new<N, V>(environment: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let given = environment
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, value)| !is_placeholder(name, value))
            .map(|(name, value)| (name, Value::Variable(value)))
            .collect();
        Self { given }
    }

    /// Puts a flag's values in the place of its variable; a flag that was not given (no values) changes nothing.
    ///
    /// # Panics
    ///
    /// When no setting has this flag: the table of settings is where flags are declared.
    #[must_use]
    pub fn with_flag<V: Into<OsString>>(
        mut self,
        flag: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let setting = of_flag(flag)
            .expect("every flag of the command line has its row in the table of settings");
        let values: Vec<_> = values.into_iter().map(Into::into).collect();
        if let (false, Some(flag)) = (values.is_empty(), setting.flag) {
            let value = Value::Flag(flag, values);
            self.given.insert(setting.name.to_owned(), value);
        }
        self
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.given.get(name)
    }

    /// The text of a variable that is no setting of ours: AWS's own, a vendor's secret.
    #[must_use]
    pub fn foreign(&self, name: &str) -> Option<String> {
        match self.given.get(name)? {
            Value::Variable(value) => value.to_str().map(str::to_owned),
            Value::Flag(..) => None,
        }
    }

    /// Puts a value where none is given.
    #[must_use]
    pub fn or<V: Into<OsString>>(mut self, name: &str, value: Option<V>) -> Self {
        if let Some(value) = value {
            self.given
                .entry(name.to_owned())
                .or_insert_with(|| Value::Variable(value.into()));
        }
        self
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }
}
