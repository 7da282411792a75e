use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use mesh_core::{Moment, Parameter, ParameterValues, Secret, SecretSource, SourceError};

/// A source that failed is left alone for so long, and twice as long after each further failure.
const FIRST_REST: Duration = Duration::from_secs(1);
const MAX_REST: Duration = Duration::from_secs(60);

/// What the last reading gave, and what became of the last attempt.
#[derive(Debug, Default)]
pub(super) struct Held {
    values: BTreeMap<Parameter, Value>,
    read_at: Option<Moment>,
    /// Why the last attempt to read failed; none where it went well.
    pub(super) error: Option<SourceError>,
    /// How many attempts have failed since one went well.
    failures: u32,
    /// The moment of the last failure, and how long after it the source is not asked.
    rests: Option<(Moment, Duration)>,
    refused_at: Option<Moment>,
    /// Counts attempts, so that who waited for one knows it.
    pub(super) generation: u64,
}

#[derive(Debug)]
struct Value {
    /// The value, or, where it cannot be one, what it must be.
    secret: Result<Secret, &'static str>,
    version: Option<i64>,
}

/// Why there is no value.
#[derive(Debug)]
pub(super) enum Why {
    /// What the one that was read must be, and is not.
    Malformed(&'static str),
    Unread(SourceError),
}

impl Held {
    pub(super) fn renew(&mut self, values: ParameterValues, now: Moment) {
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
        self.failures = 0;
        self.rests = None;
        self.generation += 1;
    }

    pub(super) fn fail(&mut self, error: SourceError, now: Moment) {
        let rest = FIRST_REST * 2u32.saturating_pow(self.failures.min(6));
        self.error = Some(error);
        self.failures = self.failures.saturating_add(1);
        self.rests = Some((now, jittered(rest.min(MAX_REST))));
        self.generation += 1;
    }

    pub(super) fn secret(&self, parameter: Parameter) -> Option<Secret> {
        self.values.get(&parameter)?.secret.clone().ok()
    }

    /// What was never read is older than anything.
    pub(super) fn is_older_than(&self, age: Duration, now: Moment) -> bool {
        self.read_at.is_none_or(|read_at| now.since(read_at) >= age)
    }

    pub(super) fn may_ask(&self, now: Moment) -> bool {
        self.rests
            .is_none_or(|(from, rest)| now.since(from) >= rest)
    }

    /// What went wrong, while the source is not to be asked.
    pub(super) fn rests(&self, now: Moment) -> Option<SourceError> {
        self.error.clone().filter(|_| !self.may_ask(now))
    }

    /// Whether this refusal is one to read the source for.
    pub(super) fn note_refusal(&mut self, now: Moment, between: Duration) -> bool {
        let is_new = self.refused_at.is_none_or(|at| now.since(at) >= between);
        if is_new {
            self.refused_at = Some(now);
        }
        is_new
    }

    /// Why there is no value, where more is known than that it is not there.
    pub(super) fn why(&self, parameter: Parameter) -> Option<Why> {
        match self.values.get(&parameter) {
            Some(value) => value.secret.as_ref().err().copied().map(Why::Malformed),
            None => self.error.clone().map(Why::Unread),
        }
    }

    pub(super) fn faults(
        &self,
        source: &dyn SecretSource,
        hard: Duration,
        now: Moment,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        if self.is_older_than(hard, now) {
            let error = self.error.as_ref().map(ToString::to_string);
            faults.extend(error.or_else(|| Some("the secrets are not read yet".to_owned())));
            if let (Some(fault), None) = (faults.first_mut(), self.read_at) {
                let name = source.name(Parameter::OpenAiApiKey);
                fault.push_str(&format!("; without `{name}` and what else is kept there"));
            }
            return faults;
        }
        let missing = Parameter::missing(&|one| self.values.contains_key(&one));
        for parameter in Parameter::ALL {
            let name = source.name(parameter);
            if missing.contains(&parameter) {
                faults.push(format!("`{name}` is missing"));
            }
            if let Some(Value {
                secret: Err(rule), ..
            }) = self.values.get(&parameter)
            {
                faults.push(format!("`{name}` {rule}"));
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

/// Between half of it and the whole: environments that failed together shall not ask together.
fn jittered(rest: Duration) -> Duration {
    let random = RandomState::new().hash_one(());
    let share = u32::try_from(random % 1000).unwrap_or_default();
    rest / 2 + rest / 2 * share / 1000
}

#[cfg(test)]
mod tests {
    use std::time::{Instant, SystemTime};

    use super::*;

    #[test]
    fn a_source_rests_longer_after_each_failure_and_never_equally_long() {
        let start = Instant::now();
        let after = |time| Moment::new(start + time, SystemTime::UNIX_EPOCH);
        let now = after(Duration::ZERO);
        let mut held = Held::default();
        for most in [1, 2, 4, 8, 16, 32, 60, 60] {
            held.fail(SourceError::Unreachable, now);
            let most = Duration::from_secs(most);
            assert_eq!(
                held.rests(after(most / 2 - Duration::from_millis(1))),
                held.error
            );
            assert!(held.may_ask(after(most)));
        }
        held.renew(ParameterValues::new(), now);
        assert_eq!(held.rests(now), None);
        let rests: std::collections::BTreeSet<_> = (0..20).map(|_| jittered(MAX_REST)).collect();
        assert!(rests.len() > 1, "{rests:?}");
    }
}
