use crate::run::job::Delivery;

/// How far the attempts to read one file came, all of them together. Each begins at the beginning; what an earlier one handed
/// on is not handed on again.
#[derive(Debug, Default)]
pub(super) struct Progress {
    is_begun: bool,
    records: usize,
    /// The line of the message that was read last.
    pub(super) message: Option<u32>,
}

/// One attempt.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    progress: &'a mut Progress,
    records: usize,
}

impl Progress {
    pub(super) fn attempt(&mut self) -> Attempt<'_> {
        self.message = None;
        Attempt {
            progress: self,
            records: 0,
        }
    }
}

impl Attempt<'_> {
    /// Hands on what is new of a delivery.
    pub(super) fn take(&mut self, delivery: Delivery, deliver: &mut dyn FnMut(Delivery)) {
        match delivery {
            Delivery::Begin { .. } if self.progress.is_begun => {}
            Delivery::Begin { .. } => {
                self.progress.is_begun = true;
                deliver(delivery);
            }
            Delivery::Message { line } => self.progress.message = Some(line),
            Delivery::Part(mut records) => {
                let known = self.progress.records.saturating_sub(self.records);
                self.records += records.len();
                records.drain(..known.min(records.len()));
                self.progress.records = self.progress.records.max(self.records);
                if !records.is_empty() {
                    deliver(Delivery::Part(records));
                }
            }
            Delivery::End(_) => deliver(delivery),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Mail, Record};

    fn part(subjects: &[&str]) -> Delivery {
        let mail = |subject: &&str| {
            Record::Mail(Mail {
                subject: (*subject).to_owned(),
                ..Mail::default()
            })
        };
        Delivery::Part(subjects.iter().map(mail).collect())
    }

    fn begin() -> Delivery {
        Delivery::Begin {
            fingerprint: "1".to_owned(),
        }
    }

    #[test]
    fn what_an_earlier_attempt_handed_on_is_not_handed_on_again() {
        let mut seen = Vec::new();
        let mut deliver = |delivery| match delivery {
            Delivery::Begin { .. } => seen.push("begin".to_owned()),
            Delivery::Part(records) => {
                seen.extend(records.into_iter().map(|record| match record {
                    Record::Mail(mail) => mail.subject,
                    _ => String::new(),
                }));
            }
            other => seen.push(format!("{other:?}")),
        };
        let mut progress = Progress::default();
        let mut attempt = progress.attempt();
        for delivery in [begin(), part(&["a", "b"]), part(&["c"])] {
            attempt.take(delivery, &mut deliver);
        }
        let mut attempt = progress.attempt();
        for delivery in [begin(), part(&["a"]), part(&["b", "c", "d"]), part(&["e"])] {
            attempt.take(delivery, &mut deliver);
        }
        assert_eq!(seen, ["begin", "a", "b", "c", "d", "e"]);
    }
}
