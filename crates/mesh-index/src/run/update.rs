use std::mem;

use super::job::{Delivery, End, Job, Task};
use super::pipeline;
use super::plan::IndexError;
use super::progress::{Phase, Progress};
use super::summary::{Count, Summary};
use super::survey::{Survey, part_path};
use crate::ingest::{Notes, SkipReason, Skipped};
use crate::record::Record;
use crate::store::{StoreError, Writer};

/// A run as it writes: what the workers deliver goes into the corpus, and into the summary.
pub(super) struct Update<'a> {
    writer: Writer,
    progress: &'a mut dyn Progress,
    summary: Summary,
    open: Open,
}

/// The file whose parts are arriving. The last part waits, since only the end tells whether the file was read whole.
#[derive(Debug, Default)]
struct Open {
    fingerprint: String,
    waiting: Option<Vec<Record>>,
    parts: u32,
    /// How many records its parts hold.
    records: u64,
}

impl<'a> Update<'a> {
    pub(super) fn new(writer: Writer, progress: &'a mut dyn Progress) -> Self {
        Self {
            writer,
            progress,
            summary: Summary::default(),
            open: Open::default(),
        }
    }

    pub(super) fn apply(&mut self, survey: Survey) -> Result<(), IndexError> {
        self.summary = survey.summary;
        for skipped in &self.summary.skipped {
            self.progress.skipped(skipped);
        }
        for gone in &survey.gone {
            for part in 0..gone.parts {
                let name = part_path(&gone.path, part);
                self.writer.remove_file(&gone.source, &name)?;
            }
        }
        pipeline::run(&survey.jobs, |job, delivery| self.take(job, delivery))?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Summary, IndexError> {
        self.progress.phase(Phase::Writing);
        self.writer.commit()?;
        Ok(self.summary)
    }

    fn take(&mut self, job: &Job, delivery: Delivery) -> Result<(), StoreError> {
        match delivery {
            Delivery::Begin { fingerprint } => {
                self.open = Open {
                    fingerprint,
                    ..Open::default()
                };
                Ok(())
            }
            Delivery::Part(records) => {
                let before = self.open.waiting.replace(records);
                before.map_or(Ok(()), |records| self.put(job, records))
            }
            Delivery::End(end) => self.end(job, end),
        }
    }

    fn end(&mut self, job: &Job, end: End) -> Result<(), StoreError> {
        self.progress.file(&job.path);
        match end {
            End::Unchanged => {
                self.keep(job);
                Ok(())
            }
            End::Read { bytes, notes } => {
                self.count(job).read += 1;
                self.summary.bytes += bytes;
                self.note(job, notes);
                let records = self.open.waiting.take().unwrap_or_default();
                self.put(job, records)?;
                self.remove_rest(job)
            }
            End::Skipped(reason) => self.skip(job, reason),
        }
    }

    /// The commits of a repository have their notes in common. A file of which a record was left out has no fingerprint: the next run tries, and tells, again.
    fn note(&mut self, job: &Job, notes: Notes) {
        if notes.skipped() > 0 {
            self.open.fingerprint.clear();
        }
        if notes.is_empty() {
            return;
        }
        let about = match &job.task {
            Task::File { .. } => &job.path,
            Task::Commit { .. } => &job.source.path,
        };
        let last = self.summary.notes.last_mut();
        match last.filter(|(path, _)| path == about) {
            Some((_, earlier)) => earlier.absorb(notes),
            None => self.summary.notes.push((about.clone(), notes)),
        }
    }

    /// What was read before stays, unless more than that came before the fault: that has no fingerprint, so that the next
    /// run tries, and tells, again.
    fn skip(&mut self, job: &Job, reason: SkipReason) -> Result<(), StoreError> {
        let path = match &job.task {
            Task::File { .. } => job.path.clone(),
            Task::Commit { .. } => format!("{} (commit {})", job.source.path, job.path),
        };
        let skipped = Skipped { path, reason };
        self.progress.skipped(&skipped);
        self.summary.skipped.push(skipped);
        let records = self.open.waiting.take().unwrap_or_default();
        if self.open.records + (records.len() as u64) < passages(job) {
            // Parts that came before the fault are new; those that did not come stay as they were.
            self.keep(job);
            self.open = Open::default();
            return Ok(());
        }
        if !records.is_empty() {
            self.open.fingerprint.clear();
            self.put(job, records)?;
        }
        self.remove_rest(job)
    }

    fn keep(&mut self, job: &Job) {
        let kept = passages(job).saturating_sub(self.open.records);
        let count = self.count(job);
        count.unchanged += 1;
        count.passages += kept;
    }

    fn put(&mut self, job: &Job, records: Vec<Record>) -> Result<(), StoreError> {
        self.count(job).passages += records.len() as u64;
        let name = part_path(&job.path, self.open.parts);
        self.open.parts += 1;
        self.open.records += records.len() as u64;
        self.writer
            .put_file(&job.source, &name, &self.open.fingerprint, records)
    }

    /// Parts that the file had before and has no longer.
    fn remove_rest(&mut self, job: &Job) -> Result<(), StoreError> {
        let now = mem::take(&mut self.open).parts;
        (now..job.parts).try_for_each(|part| {
            self.writer
                .remove_file(&job.source, &part_path(&job.path, part))
        })
    }

    fn count(&mut self, job: &Job) -> &mut Count {
        self.summary.counts.entry(job.source.kind).or_default()
    }
}

/// How many passages the corpus has of it.
fn passages(job: &Job) -> u64 {
    match &job.task {
        Task::File { passages, .. } => *passages,
        Task::Commit { .. } => 0,
    }
}
