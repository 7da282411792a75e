use std::mem;

use super::job::{Delivery, End, Job, Task};
use super::known::{free_part, part_name};
use super::loss::Loss;
use super::pipeline;
use super::plan::{IndexError, Plan, Sources};
use super::progress::{Phase, Progress};
use super::summary::{SourceCount, Summary};
use super::survey::{Survey, is_below};
use crate::ingest::{Notes, SkipReason, Skipped};
use crate::record::Record;
use crate::store::{Fingerprints, Source, SourceKind, StoreError, Writer};

/// A run as it writes: what the workers deliver goes into the corpus, and into the summary.
pub(super) struct Update<'a> {
    plan: &'a Plan,
    writer: Writer,
    progress: &'a mut dyn Progress,
    summary: Summary,
    open: Open,
    /// What looks otherwise and is the same, so that the next run need not read it.
    confirmed: Fingerprints,
    /// As in the survey, of files.
    lost: Vec<Skipped>,
}

/// The file whose parts are arriving. What was read of it before leaves when all of it has come: only the end tells whether
/// the file was read whole. So new parts have names that no earlier one has, but for the one that is all.
#[derive(Debug, Default)]
struct Open {
    fingerprint: String,
    waiting: Vec<Record>,
    /// The names of the parts that were put.
    parts: Vec<String>,
    passages: u64,
}

impl Open {
    fn total(&self) -> u64 {
        self.passages + self.waiting.len() as u64
    }
}

impl<'a> Update<'a> {
    pub(super) fn new(plan: &'a Plan, writer: Writer, progress: &'a mut dyn Progress) -> Self {
        Self {
            plan,
            writer,
            progress,
            summary: Summary::default(),
            open: Open::default(),
            confirmed: Fingerprints::default(),
            lost: Vec::new(),
        }
    }

    pub(super) fn apply(&mut self, survey: Survey) -> Result<(), IndexError> {
        self.summary = survey.summary;
        for skipped in &self.summary.skipped {
            self.progress.skipped(skipped);
        }
        for gone in &survey.gone {
            self.remove(&gone.source, &gone.parts)?;
        }
        let readers = &self.plan.readers;
        pipeline::run(&survey.jobs, readers, |job, delivery| {
            self.take(job, delivery)
        })?;
        Ok(())
    }

    pub(super) fn finish(mut self, sources: &Sources) -> Result<Summary, IndexError> {
        if !self.lost.is_empty() {
            return Err(IndexError::WouldLose(self.lost));
        }
        for source in &sources.refreshed {
            self.judge(source)?;
        }
        let is_kept = |source: &Source| !sources.new.contains(source) || !self.is_no_source(source);
        let kept = sources.all.iter().filter(|source| is_kept(source));
        let kept = kept.cloned().collect();
        self.writer.confirm(&self.confirmed)?;
        self.writer.set_sources(kept);
        self.progress.phase(Phase::Writing);
        self.writer.commit()?;
        Ok(self.summary)
    }

    /// Names a source that says nothing, unless something in it is named that could not be read.
    fn judge(&mut self, source: &Source) -> Result<(), StoreError> {
        let files = self.writer.files(source)?;
        // What lies in the working directory is named without it.
        let place = Some(&*source.path)
            .filter(|path| *path != ".")
            .unwrap_or_default();
        let is_named = |skipped: &Skipped| is_below(&skipped.path, place);
        if files.values().all(|file| file.passages == 0)
            && !self.summary.skipped.iter().any(is_named)
        {
            let path = source.path.clone();
            self.name(path, SkipReason::NothingInIt);
        }
        Ok(())
    }

    /// A folder may have something to read one day; a file that says nothing, or is of another kind, was a mistake.
    fn is_no_source(&self, source: &Source) -> bool {
        let says_nothing = self
            .writer
            .files(source)
            .is_ok_and(|files| files.is_empty());
        says_nothing && !std::path::Path::new(&source.path).is_dir()
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
                let before = mem::replace(&mut self.open.waiting, records);
                self.put_part(job, before)
            }
            Delivery::Message { .. } => Ok(()),
            Delivery::End(end) => self.end(job, end),
        }
    }

    fn end(&mut self, job: &Job, end: End) -> Result<(), StoreError> {
        self.progress.file(&job.path);
        match end {
            End::Unchanged => self.keep(job),
            End::Confirmed { fingerprint } => {
                for name in &job.parts {
                    self.confirmed.put(&job.source, name, &fingerprint);
                }
                self.keep(job)
            }
            End::Read { bytes, notes } => {
                self.count(job).read += 1;
                self.summary.bytes += bytes;
                self.note(job, notes);
                self.replace(job)
            }
            End::Skipped(reason) => self.skip(job, reason),
        }
    }

    /// The commits of a repository have their notes in common. A file of which a record was left out has no fingerprint:
    /// the next run tries, and tells, again.
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

    /// Puts what was read in the place of what was read before, unless that is too much to go at once: what broke off looks
    /// like that. A document may be rewritten shorter; a mailbox or an export is a list.
    fn replace(&mut self, job: &Job) -> Result<(), StoreError> {
        let (before, now) = (passages(job), self.open.total());
        let is_list = matches!(job.source.kind, SourceKind::Mail | SourceKind::Tickets);
        let gone = if is_list {
            before.saturating_sub(now)
        } else {
            0
        };
        let loss = Loss { before, gone, now };
        if let Some(reason) = loss.refusal(self.plan, &job.source) {
            self.count(job).read -= 1;
            self.name(shown(job), reason.clone());
            return self.withdraw(job, reason);
        }
        self.put_last(job)
    }

    /// What was read before stays, unless more than that came before the fault: that has no fingerprint, so that the next
    /// run tries, and tells, again.
    fn skip(&mut self, job: &Job, reason: SkipReason) -> Result<(), StoreError> {
        self.name(shown(job), reason.clone());
        let is_accepted = self.writer.is_anew() && self.plan.accepts_loss(&job.source);
        if self.open.total() < passages(job) && !is_accepted {
            return self.withdraw(job, reason);
        }
        self.open.fingerprint.clear();
        if self.open.total() == 0 {
            return self.remove(&job.source, &job.parts);
        }
        self.put_last(job)
    }

    fn name(&mut self, path: String, reason: SkipReason) {
        let skipped = Skipped { path, reason };
        self.progress.skipped(&skipped);
        self.summary.skipped.push(skipped);
    }

    /// Takes out again what came of the file in this run.
    fn withdraw(&mut self, job: &Job, reason: SkipReason) -> Result<(), StoreError> {
        if self.writer.is_anew() {
            let path = shown(job);
            self.lost.push(Skipped { path, reason });
        }
        let open = mem::take(&mut self.open);
        self.remove(&job.source, &open.parts)?;
        self.keep(job)
    }

    fn keep(&mut self, job: &Job) -> Result<(), StoreError> {
        let count = self.count(job);
        count.unchanged += 1;
        count.passages += passages(job);
        Ok(())
    }

    /// A part that is not the last one.
    fn put_part(&mut self, job: &Job, records: Vec<Record>) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let number = free_part(&job.parts) + self.open.parts.len() as u32;
        self.put(job, part_name(&job.path, number), records)
    }

    fn put_last(&mut self, job: &Job) -> Result<(), StoreError> {
        let records = mem::take(&mut self.open.waiting);
        if self.open.parts.is_empty() {
            self.put(job, part_name(&job.path, 0), records)?;
        } else {
            self.put_part(job, records)?;
        }
        let open = mem::take(&mut self.open);
        self.count(job).passages += open.passages;
        let mut before = job.parts.clone();
        before.retain(|name| !open.parts.contains(name));
        self.remove(&job.source, &before)
    }

    fn put(&mut self, job: &Job, name: String, records: Vec<Record>) -> Result<(), StoreError> {
        self.open.passages += records.len() as u64;
        self.writer
            .put_file(&job.source, &name, &self.open.fingerprint, records)?;
        self.open.parts.push(name);
        Ok(())
    }

    fn remove(&mut self, source: &Source, parts: &[String]) -> Result<(), StoreError> {
        parts
            .iter()
            .try_for_each(|name| self.writer.remove_file(source, name))
    }

    fn count(&mut self, job: &Job) -> &mut SourceCount {
        self.summary.counts.entry(job.source.kind).or_default()
    }
}

/// What a person calls it.
fn shown(job: &Job) -> String {
    match &job.task {
        Task::File { .. } => job.path.clone(),
        Task::Commit { .. } => format!("{} (commit {})", job.source.path, job.path),
    }
}

/// How many passages the corpus has of it.
fn passages(job: &Job) -> u64 {
    match &job.task {
        Task::File { passages, .. } => *passages,
        Task::Commit { .. } => job.parts.len() as u64,
    }
}
