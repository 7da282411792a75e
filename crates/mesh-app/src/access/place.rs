use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use mesh_core::{Deadline, Moment, TextSource, lock};
use mesh_tools::secrets::{READ_TIMEOUT, now};
use tokio::time::timeout_at;

/// Where the policy is read from.
#[derive(Debug)]
pub(super) enum Place {
    File(PathBuf),
    Elsewhere(Elsewhere),
}

/// By which a change of a file is noticed.
pub(super) type Version = Option<(SystemTime, u64)>;

pub(super) fn version(file: &Path) -> Version {
    let known = std::fs::metadata(file).ok()?;
    Some((known.modified().ok()?, known.len()))
}

pub(super) fn text_of(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file);
    text.with_context(|| format!("cannot read the policy `{}`", file.display()))
}

/// A place that has to be asked: in time, once for all who want to know, and seldom while it fails.
#[derive(Debug)]
pub(super) struct Elsewhere {
    source: Box<dyn TextSource>,
    ttl: Duration,
    last: Mutex<Last>,
    /// Held while the source is read.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Last {
    /// The text that was taken up last.
    text: Option<String>,
    /// The moment of the last reading, and how long after it the next one is due.
    due: Option<(Moment, Duration)>,
    /// How many readings have come to nothing since one went well.
    failures: u32,
    fault: Option<String>,
}

impl Elsewhere {
    /// A source that fails is left alone for so long, and twice as long after each further failure.
    const FIRST_REST: Duration = Duration::from_secs(1);
    const MAX_REST: Duration = Duration::from_secs(60);

    pub(super) fn new(source: Box<dyn TextSource>, ttl: Duration) -> Self {
        Self {
            source,
            ttl,
            last: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn is_due(&self) -> bool {
        let due = lock(&self.last).due;
        due.is_none_or(|(read, after)| now().since(read) >= after)
    }

    /// What came of the last reading, where nothing did.
    pub(super) fn fault(&self) -> Option<String> {
        lock(&self.last).fault.clone()
    }

    /// Where it is due, reads it and has a text other than the last one taken: says whether that was done. Who comes while it is
    /// read waits for that reading.
    pub(super) async fn renew(
        &self,
        deadline: Deadline,
        take: impl FnOnce(&str) -> Result<(), String>,
    ) -> bool {
        let started = Instant::now();
        let deadline = deadline.at_most(started, READ_TIMEOUT);
        if !self.is_due() {
            return false;
        }
        let end = deadline.at().into();
        let Ok(_alone) = timeout_at(end, self.reading.lock()).await else {
            return false;
        };
        if !self.is_due() {
            return false;
        }
        let read = timeout_at(end, self.source.read(deadline)).await;
        let read = read.unwrap_or_else(|_| Err("it did not answer in time".to_owned()));
        let ended = Instant::now();
        if read.is_err() && ended - started < READ_TIMEOUT && deadline.remaining(ended).is_zero() {
            // Who asked had no time left: nothing is known of the source.
            return false;
        }
        let taken = read.and_then(|text| {
            let is_new = lock(&self.last).text.as_ref() != Some(&text);
            if is_new {
                take(&text)?;
            }
            Ok(is_new.then_some(text))
        });
        self.keep(taken, now())
    }

    fn keep(&self, taken: Result<Option<String>, String>, now: Moment) -> bool {
        let mut last = lock(&self.last);
        match taken {
            Ok(taken) => {
                let is_new = taken.is_some();
                if last.failures > 0 {
                    let policy = self.source.name();
                    tracing::info!(policy, "the policy can be read again");
                }
                *last = Last {
                    text: taken.or_else(|| last.text.take()),
                    due: Some((now, self.ttl)),
                    failures: 0,
                    fault: None,
                };
                is_new
            }
            Err(fault) => {
                let policy = self.source.name();
                match last.text {
                    Some(_) => tracing::error!(
                        policy,
                        fault,
                        "the policy cannot be read anew; the last good one stays"
                    ),
                    None => tracing::error!(
                        policy,
                        fault,
                        "the policy cannot be read; nobody is let in before it can"
                    ),
                }
                let rest = Self::FIRST_REST * 2u32.saturating_pow(last.failures.min(6));
                last.failures += 1;
                last.due = Some((now, rest.min(Self::MAX_REST).min(self.ttl)));
                last.fault = Some(fault);
                false
            }
        }
    }
}
