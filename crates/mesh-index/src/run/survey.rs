//! What there is, beside what is known: what must be looked at, and what is gone.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::SystemTime;

use super::fingerprint::{Look, Verdict};
use super::job::{Job, Task};
use super::known::{Known, known};
use super::loss::Loss;
use super::plan::{IndexError, Plan, Sources};
use super::reader;
use super::summary::Summary;
use crate::ingest::git::History;
use crate::ingest::walk::{self, FoundFile, Selection};
use crate::ingest::{SkipReason, Skipped};
use crate::store::{Losses, Source, SourceKind, Writer};

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) jobs: Vec<Job>,
    pub(super) gone: Vec<Gone>,
    pub(super) summary: Summary,
    pub(super) losses: Losses,
    /// What would be lost, as it can't be read and the corpus is read anew.
    lost: Vec<Skipped>,
}

/// A file that was read before and is not there now.
#[derive(Debug)]
pub(super) struct Gone {
    pub(super) source: Source,
    pub(super) parts: Vec<String>,
}

/// Where a source is looked for.
#[derive(Clone, Copy)]
struct Place<'a> {
    plan: &'a Plan,
    source: &'a Source,
    root: &'a Path,
    is_anew: bool,
}

impl Place<'_> {
    /// A path as the source was named, wherever that was.
    fn named(&self, path: &str) -> String {
        let root = walk::shown(self.root, self.root);
        let Some(below) = path.strip_prefix(&root) else {
            return path.to_owned();
        };
        match (self.source.path.as_str(), below.trim_start_matches('/')) {
            (name, "") => name.to_owned(),
            (".", below) => below.to_owned(),
            (name, below) => format!("{}/{below}", name.trim_end_matches('/')),
        }
    }

    fn missing(&self) -> SkipReason {
        if self.is_anew && self.plan.accepts_loss(self.source) {
            SkipReason::LeftOut
        } else {
            SkipReason::Missing
        }
    }
}

impl Survey {
    pub(super) fn of(
        plan: &Plan,
        sources: &Sources,
        writer: &Writer,
        corpus: &Path,
    ) -> Result<Self, IndexError> {
        let mut survey = Self {
            losses: writer.losses().clone(),
            ..Self::default()
        };
        for source in &sources.refreshed {
            let known = known(writer.files_before(source));
            survey.summary.counts.entry(source.kind).or_default();
            let root = &sources.root(source);
            let place = Place {
                plan,
                source,
                root,
                is_anew: writer.is_anew(),
            };
            match selection(source.kind) {
                _ if !root.exists() => survey.keep(place, &known, place.missing()),
                Some(selection) => survey.folder(place, selection, known, corpus),
                None => survey.history(place, known),
            }
        }
        if survey.lost.is_empty() {
            Ok(survey)
        } else {
            Err(IndexError::WouldLose(survey.lost))
        }
    }

    fn keep(&mut self, place: Place<'_>, known: &BTreeMap<String, Known>, reason: SkipReason) {
        let path = place.source.path.clone();
        let skipped = Skipped { path, reason };
        self.hold(place, known, std::slice::from_ref(&skipped));
        self.summary.skipped.push(skipped);
    }

    /// What can't be looked at stays as it was, for these reasons; where the corpus is read anew, it would be lost.
    fn hold(&mut self, place: Place<'_>, known: &BTreeMap<String, Known>, why: &[Skipped]) {
        if !place.is_anew {
            return self.retain(place.source, known);
        }
        if known.values().any(|known| known.passages > 0) && !place.plan.accepts_loss(place.source)
        {
            self.lost.extend_from_slice(why);
        }
    }

    fn retain(&mut self, source: &Source, known: &BTreeMap<String, Known>) {
        let count = self.summary.counts.entry(source.kind).or_default();
        count.unchanged += known.len() as u64;
        count.passages += known.values().map(|known| known.passages).sum::<u64>();
    }

    fn folder(
        &mut self,
        place: Place<'_>,
        selection: Selection,
        known: BTreeMap<String, Known>,
        corpus: &Path,
    ) {
        let source = place.source;
        let mut walked = walk::walk(place.root, selection, corpus);
        for found in &mut walked.files {
            found.path = place.named(&found.path);
        }
        for skipped in &mut walked.skipped {
            skipped.path = place.named(&skipped.path);
        }
        let found: HashSet<&str> = walked.files.iter().map(|file| &*file.path).collect();
        let is_unread = |path: &str| {
            let mut unread = walked.skipped.iter();
            unread.any(|skipped| is_below(path, &skipped.path))
        };
        let before = self.before(source, &known);
        let (gone, mut still): (BTreeMap<_, _>, BTreeMap<_, _>) = known
            .into_iter()
            .partition(|(path, _)| !found.contains(&**path) && !is_unread(path));
        let loss = Loss {
            before,
            gone: gone.len() as u64,
            now: found.len() as u64,
        };
        let gone = self.judge(place, loss, gone);
        let repository = repository(place.root);
        let now = SystemTime::now();
        for found in walked.files {
            let before = still.remove(&found.path).unwrap_or_default();
            self.jobs.push(job(source, found, before, &repository, now));
        }
        let holds = |skipped: &&Skipped| still.keys().any(|path| is_below(path, &skipped.path));
        let why: Vec<Skipped> = walked.skipped.iter().filter(holds).cloned().collect();
        self.hold(place, &still, &why);
        self.lose(source, gone);
        self.summary.skipped.extend(walked.skipped);
        let count = self.summary.counts.entry(source.kind).or_default();
        count.other += walked.other.values().sum::<u64>();
        let others = self.summary.others.entry(source.kind).or_default();
        for (extension, number) in walked.other {
            *others.entry(extension).or_default() += number;
        }
    }

    fn history(&mut self, place: Place<'_>, mut known: BTreeMap<String, Known>) {
        let source = place.source;
        let opened = History::open(place.root).and_then(|history| {
            let commits = history.commits()?;
            Ok((history, commits))
        });
        let (history, commits) = match opened {
            Ok(opened) => opened,
            Err(reason) => return self.keep(place, &known, reason),
        };
        let still = commits.iter().filter(|hash| known.contains_key(*hash));
        let loss = Loss {
            before: self.before(source, &known),
            gone: (known.len() - still.count()) as u64,
            now: commits.len() as u64,
        };
        for hash in commits {
            let before = known.remove(&hash).unwrap_or_default();
            if before.fingerprint == history.fingerprint(&hash) {
                self.retain(source, &BTreeMap::from([(hash, before)]));
                continue;
            }
            self.jobs.push(Job {
                source: source.clone(),
                path: hash,
                parts: before.parts,
                task: Task::Commit {
                    repository: place.root.to_owned(),
                },
            });
        }
        let gone = self.judge(place, loss, known);
        self.lose(source, gone);
    }

    /// How much a loss is measured by.
    fn before(&self, source: &Source, known: &BTreeMap<String, Known>) -> u64 {
        let known = known.len() as u64;
        self.losses.of(source).unwrap_or(known)
    }

    /// What of that goes: nothing, where it may be a mistake. What is there is read all the same.
    fn judge(
        &mut self,
        place: Place<'_>,
        loss: Loss,
        gone: BTreeMap<String, Known>,
    ) -> BTreeMap<String, Known> {
        let source = place.source;
        let before = loss.before.max(loss.gone);
        let loss = Loss { before, ..loss };
        let Some(reason) = loss.refusal(place.plan, source) else {
            self.losses.set(source, None);
            return gone;
        };
        self.losses.set(source, Some(before));
        let path = source.path.clone();
        let skipped = Skipped { path, reason };
        self.hold(place, &gone, std::slice::from_ref(&skipped));
        self.summary.skipped.push(skipped);
        BTreeMap::new()
    }

    fn lose(&mut self, source: &Source, known: BTreeMap<String, Known>) {
        let count = self.summary.counts.entry(source.kind).or_default();
        count.removed += known.len() as u64;
        self.gone.extend(known.into_values().map(|known| Gone {
            source: source.clone(),
            parts: known.parts,
        }));
    }
}

/// Whether `path` is `place` or lies in it.
pub(super) fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || place.is_empty())
}

fn selection(kind: SourceKind) -> Option<Selection> {
    match kind {
        SourceKind::Knowledge => Some(Selection::Knowledge),
        SourceKind::Code => Some(Selection::Code),
        SourceKind::Mail => Some(Selection::Mail),
        SourceKind::Tickets => Some(Selection::Tickets),
        SourceKind::Git => None,
    }
}

fn job(source: &Source, found: FoundFile, before: Known, repository: &str, now: SystemTime) -> Job {
    let version = reader::version(source.kind, &found.path);
    let verdict = if before.parts.is_empty() {
        Verdict::Changed
    } else {
        Look::of(&found.metadata, now).compare(&before.fingerprint, version)
    };
    Job {
        source: source.clone(),
        path: found.path.clone(),
        parts: before.parts,
        task: Task::File {
            found: Box::new(found),
            verdict,
            passages: before.passages,
            repository: repository.to_owned(),
            omitted: Vec::new(),
        },
    }
}

/// The name of the folder that holds `.git`, else of the source's own.
fn repository(root: &Path) -> String {
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let folder = if whole.is_file() {
        whole.parent().unwrap_or(&whole)
    } else {
        &whole
    };
    let top = folder
        .ancestors()
        .find(|folder| folder.join(".git").exists());
    let name = top.unwrap_or(folder).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
