use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mesh_core::{Parameter, Presence, Secret, SecretSource, SourceError, Values};

/// What the last reading gave, and what became of the last attempt.
#[derive(Debug, Default)]
pub(super) struct Held {
    values: BTreeMap<Parameter, Value>,
    read_at: Option<Instant>,
    /// Of the last attempt, where it failed.
    pub(super) error: Option<SourceError>,
    /// The source is not asked before that.
    rests_until: Option<Instant>,
    refused_at: Option<Instant>,
    /// Counts attempts, so that who waited for one knows it.
    pub(super) generation: u64,
}

#[derive(Debug)]
struct Value {
    /// Or what it must be.
    secret: Result<Secret, &'static str>,
    version: Option<i64>,
}

impl Held {
    pub(super) fn renew(&mut self, values: Values, now: Instant) {
        let values = values
            .into_iter()
            .map(|(parameter, found)| {
                let secret = parameter.read(found.value.reveal());
                let version = found.version;
                (parameter, Value { secret, version })
            })
            .collect();
        self.tell_changes(&values);
        self.values = values;
        self.read_at = Some(now);
        self.error = None;
        self.rests_until = None;
        self.generation += 1;
    }

    pub(super) fn fail(&mut self, error: SourceError, rests_until: Instant) {
        self.error = Some(error);
        self.rests_until = Some(rests_until);
        self.generation += 1;
    }

    pub(super) fn secret(&self, parameter: Parameter) -> Option<Secret> {
        self.values.get(&parameter)?.secret.clone().ok()
    }

    /// What was never read is older than anything.
    pub(super) fn is_older_than(&self, age: Duration, now: Instant) -> bool {
        self.read_at
            .is_none_or(|read_at| now.saturating_duration_since(read_at) >= age)
    }

    pub(super) fn may_ask(&self, now: Instant) -> bool {
        self.rests_until.is_none_or(|until| now >= until)
    }

    /// Whether this refusal is one to read the source for.
    pub(super) fn note_refusal(&mut self, now: Instant, between: Duration) -> bool {
        let is_new = self
            .refused_at
            .is_none_or(|at| now.saturating_duration_since(at) >= between);
        if is_new {
            self.refused_at = Some(now);
        }
        is_new
    }

    /// Why there is no value, where more is known than that it is not there.
    pub(super) fn why(&self, parameter: Parameter) -> Option<String> {
        match self.values.get(&parameter) {
            Some(value) => value.secret.as_ref().err().map(|rule| format!("it {rule}")),
            None => self.error.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn faults(
        &self,
        source: &dyn SecretSource,
        hard: Duration,
        now: Instant,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        if self.is_older_than(hard, now) {
            let error = self.error.as_ref().map(ToString::to_string);
            faults.extend(error.or_else(|| Some("the secrets are not read yet".to_owned())));
            if let (Some(fault), None) = (faults.first_mut(), self.read_at) {
                let names: Vec<_> = required()
                    .map(|parameter| format!("`{}`", source.name(parameter)))
                    .collect();
                fault.push_str(&format!("; without {}", names.join(", ")));
            }
            return faults;
        }
        for parameter in Parameter::ALL {
            let name = source.name(parameter);
            match self.values.get(&parameter) {
                Some(Value {
                    secret: Err(rule), ..
                }) => faults.push(format!("`{name}` {rule}")),
                None if parameter.presence() == Presence::Required => {
                    faults.push(format!("`{name}` is missing"));
                }
                _ => {}
            }
        }
        faults
    }

    fn tell_changes(&self, values: &BTreeMap<Parameter, Value>) {
        for (parameter, value) in values {
            let before = self.values.get(parameter).and_then(|value| value.version);
            if before.is_some() && before != value.version {
                tracing::info!(
                    parameter = parameter.variable(),
                    version = value.version,
                    "a secret has changed"
                );
            }
        }
    }
}

fn required() -> impl Iterator<Item = Parameter> {
    Parameter::ALL
        .into_iter()
        .filter(|parameter| parameter.presence() == Presence::Required)
}
