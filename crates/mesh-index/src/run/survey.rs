//! What there is, beside what is known: what must be looked at, and what is gone.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use super::fingerprint::{Look, Verdict};
use super::job::{Job, Task};
use super::plan::{IndexError, Sources};
use super::summary::Summary;
use crate::ingest::git::History;
use crate::ingest::walk::{self, Found, Selection};
use crate::ingest::{SkipReason, Skipped};
use crate::store::{FileState, Source, SourceKind, Writer};

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) jobs: Vec<Job>,
    pub(super) gone: Vec<Gone>,
    pub(super) summary: Summary,
}

/// A file that was read before and is not there now.
#[derive(Debug)]
pub(super) struct Gone {
    pub(super) source: Source,
    pub(super) path: String,
    pub(super) parts: u32,
}

/// What the corpus knows of a file; a large one is kept in several parts.
#[derive(Debug, Default)]
struct Known {
    fingerprint: String,
    passages: u64,
    parts: u32,
}

/// The name under which a part is kept. The first has the file's own, and no path has a NUL byte.
pub(super) fn part_path(path: &str, part: u32) -> String {
    if part == 0 {
        path.to_owned()
    } else {
        format!("{path}\u{0}{part}")
    }
}

impl Survey {
    pub(super) fn of(
        sources: &Sources,
        writer: &Writer,
        corpus: &Path,
    ) -> Result<Self, IndexError> {
        let mut survey = Self::default();
        for source in &sources.refreshed {
            let known = known(writer.files(source)?);
            survey.summary.counts.entry(source.kind).or_default();
            match selection(source.kind) {
                _ if !Path::new(&source.path).exists() => {
                    survey.keep(source, &known, SkipReason::Missing)
                }
                Some(selection) => survey.folder(source, selection, known, corpus),
                None => survey.history(source, known),
            }
        }
        Ok(survey)
    }

    fn keep(&mut self, source: &Source, known: &BTreeMap<String, Known>, reason: SkipReason) {
        self.retain(source, known);
        let path = source.path.clone();
        self.summary.skipped.push(Skipped { path, reason });
    }

    fn retain(&mut self, source: &Source, known: &BTreeMap<String, Known>) {
        let count = self.summary.counts.entry(source.kind).or_default();
        count.unchanged += known.len() as u64;
        count.passages += known.values().map(|known| known.passages).sum::<u64>();
    }

    fn folder(
        &mut self,
        source: &Source,
        selection: Selection,
        mut known: BTreeMap<String, Known>,
        corpus: &Path,
    ) {
        let root = Path::new(&source.path);
        let walked = walk::walk(root, selection, corpus);
        if walked.files.is_empty() && !known.is_empty() {
            self.summary.skipped.extend(walked.skipped);
            return self.keep(source, &known, SkipReason::Emptied);
        }
        let repository = repository(root);
        let now = SystemTime::now();
        for found in walked.files {
            let before = known.remove(&found.path).unwrap_or_default();
            self.jobs
                .push(job(source, found, &before, &repository, now));
        }
        let is_unread = |path: &str| {
            walked
                .skipped
                .iter()
                .any(|skipped| is_below(path, &skipped.path))
        };
        let (unread, gone) = known.into_iter().partition(|(path, _)| is_unread(path));
        self.retain(source, &unread);
        self.lose(source, gone);
        self.summary.skipped.extend(walked.skipped);
        let count = self.summary.counts.entry(source.kind).or_default();
        count.other += walked.other.values().sum::<u64>();
        let others = self.summary.others.entry(source.kind).or_default();
        for (extension, number) in walked.other {
            *others.entry(extension).or_default() += number;
        }
    }

    fn history(&mut self, source: &Source, mut known: BTreeMap<String, Known>) {
        let repository = Path::new(&source.path);
        let commits = match History::open(repository).and_then(|history| history.commits()) {
            Ok(commits) => commits,
            Err(reason) => return self.keep(source, &known, reason),
        };
        for hash in commits {
            if let Some(before) = known.remove(&hash) {
                let count = self.summary.counts.entry(source.kind).or_default();
                count.unchanged += 1;
                count.passages += before.passages;
                continue;
            }
            self.jobs.push(Job {
                source: source.clone(),
                path: hash,
                parts: 0,
                task: Task::Commit {
                    repository: repository.to_owned(),
                },
            });
        }
        self.lose(source, known);
    }

    fn lose(&mut self, source: &Source, known: BTreeMap<String, Known>) {
        let count = self.summary.counts.entry(source.kind).or_default();
        count.removed += known.len() as u64;
        self.gone
            .extend(known.into_iter().map(|(path, known)| Gone {
                source: source.clone(),
                path,
                parts: known.parts,
            }));
    }
}

/// Whether `path` is `place` or lies in it.
fn is_below(path: &str, place: &str) -> bool {
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

fn job(source: &Source, found: Found, before: &Known, repository: &str, now: SystemTime) -> Job {
    let verdict = match before.parts {
        0 => Verdict::Changed,
        _ => Look::of(&found.metadata, now).compare(&before.fingerprint),
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
        },
    }
}

/// Files by path, their parts taken together. Parts that disagree were not read to the end: no fingerprint.
fn known(files: BTreeMap<String, FileState>) -> BTreeMap<String, Known> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for (name, state) in files {
        let path = name.split('\u{0}').next().unwrap_or_default();
        let file = known.entry(path.to_owned()).or_default();
        if file.parts == 0 {
            file.fingerprint = state.fingerprint;
        } else if file.fingerprint != state.fingerprint {
            file.fingerprint.clear();
        }
        file.parts += 1;
        file.passages += u64::from(state.passages);
    }
    known
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
