//! What a worker does with one job. A panic in a reader is a fault of ours, but costs one file, not the run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, BufReader, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

use super::fingerprint::{self, Fingerprint, Look, Verdict};
use super::job::{Delivery, End, Job, Omitted, Task};
use crate::ingest::git::History;
use crate::ingest::walk::FoundFile;
use crate::ingest::{ByteSize, Notes, SkipReason, code, document, git, mail, tickets};
use crate::record::Record;
use crate::regular::{self, Links};
use crate::store::SourceKind;

/// Larger documents and source files are data. Mailboxes and exports are read as a stream and may be larger.
const LARGEST_FILE: ByteSize = ByteSize::mib(32);

/// How much of a mailbox or an export is put at once.
const PART_RECORDS: usize = 512;
const PART_BYTES: usize = 4 * 1024 * 1024;

const STREAM_BUFFER_BYTES: usize = 256 * 1024;

#[derive(Debug, Default)]
pub(super) struct Reader {
    histories: HashMap<PathBuf, History>,
}

impl Reader {
    pub(super) fn read(&mut self, job: &Job, deliver: &mut dyn FnMut(Delivery)) -> End {
        let read = AssertUnwindSafe(|| self.try_read(job, deliver));
        match catch_unwind(read) {
            Ok(Ok(end)) => end,
            Ok(Err(reason)) => End::Skipped(reason),
            Err(_) => {
                self.histories.clear();
                End::Skipped(SkipReason::ReaderFailed)
            }
        }
    }

    fn try_read(
        &mut self,
        job: &Job,
        deliver: &mut dyn FnMut(Delivery),
    ) -> Result<End, SkipReason> {
        let file = match &job.task {
            Task::Commit { repository } => return self.commit(repository, &job.path, deliver),
            Task::File {
                verdict: Verdict::Unchanged,
                ..
            } => return Ok(End::Unchanged),
            Task::File {
                found,
                verdict,
                repository,
                omitted,
                ..
            } => Work {
                kind: job.source.kind,
                found,
                verdict,
                repository,
                omitted,
            },
        };
        match job.source.kind {
            SourceKind::Mail | SourceKind::Tickets => file.stream(deliver),
            _ => file.whole(deliver),
        }
    }

    fn commit(
        &mut self,
        repository: &Path,
        hash: &str,
        deliver: &mut dyn FnMut(Delivery),
    ) -> Result<End, SkipReason> {
        if !self.histories.contains_key(repository) {
            let history = History::open(repository)?;
            self.histories.insert(repository.to_owned(), history);
        }
        let history = self
            .histories
            .get_mut(repository)
            .ok_or(SkipReason::NotRepository)?;
        let mut notes = Notes::default();
        let commit = history.commit(hash, &mut notes)?;
        deliver(Delivery::Begin {
            fingerprint: history.fingerprint(hash),
        });
        deliver(Delivery::Part(vec![Record::Commit(commit)]));
        Ok(End::Read { bytes: 0, notes })
    }
}

/// One file to be read, unless its content shows that it has not changed.
#[derive(Debug)]
struct Work<'a> {
    kind: SourceKind,
    found: &'a FoundFile,
    verdict: &'a Verdict,
    repository: &'a str,
    omitted: &'a [Omitted],
}

impl Work<'_> {
    fn whole(&self, deliver: &mut dyn FnMut(Delivery)) -> Result<End, SkipReason> {
        let bytes = bytes(self.found)?;
        let content = fingerprint::content(&bytes);
        if self.is_unchanged(&content) {
            let fingerprint = self.fingerprint(&content);
            return Ok(End::Confirmed { fingerprint });
        }
        let mut notes = Notes::default();
        let records = self.records(&bytes, &mut notes)?;
        deliver(Delivery::Begin {
            fingerprint: self.fingerprint(&content),
        });
        deliver(Delivery::Part(records));
        Ok(End::Read {
            bytes: bytes.len() as u64,
            notes,
        })
    }

    fn stream(&self, deliver: &mut dyn FnMut(Delivery)) -> Result<End, SkipReason> {
        let fault = |error: io::Error| SkipReason::from(&error);
        let mut file = regular::open(&self.found.file, Links::Followed).map_err(fault)?;
        let content = fingerprint::content_of(&mut file).map_err(fault)?;
        if self.is_unchanged(&content) {
            let fingerprint = self.fingerprint(&content);
            return Ok(End::Confirmed { fingerprint });
        }
        file.rewind().map_err(fault)?;
        deliver(Delivery::Begin {
            fingerprint: self.fingerprint(&content),
        });
        let input = BufReader::with_capacity(STREAM_BUFFER_BYTES, file);
        let parts = RefCell::new(Parts::new(deliver));
        let path = &self.found.path;
        let mut notes = Notes::default();
        let read = match self.kind {
            SourceKind::Mail => {
                let mut add = |mail| parts.borrow_mut().add(Record::Mail(mail));
                let mut begin = |line| {
                    parts.borrow_mut().begin_message(line);
                    self.omission(line)
                };
                mail::read_watched(path, input, &mut add, &mut begin, &mut notes)
            }
            _ => {
                let mut add = |ticket| parts.borrow_mut().add(Record::Ticket(ticket));
                tickets::read(path, input, &mut add, &mut notes)
            }
        };
        parts.into_inner().flush();
        read.map(|()| End::Read {
            bytes: self.found.metadata.len(),
            notes,
        })
    }

    fn omission(&self, line: u32) -> Option<SkipReason> {
        let mut omitted = self.omitted.iter();
        let omitted = omitted.find(|omitted| omitted.line == line)?;
        Some(omitted.reason.clone())
    }

    fn is_unchanged(&self, content: &str) -> bool {
        matches!(self.verdict, Verdict::UnchangedIf(earlier) if earlier == content)
    }

    fn fingerprint(&self, content: &str) -> String {
        Fingerprint {
            version: version(self.kind, &self.found.path),
            look: Look::of(&self.found.metadata, SystemTime::now()),
            content,
        }
        .to_string()
    }

    fn records(&self, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Record>, SkipReason> {
        if self.kind == SourceKind::Code {
            let modified = modified(self.found);
            let file = code::File {
                path: &self.found.path,
                repository: self.repository,
                last_modified: &modified,
            };
            let passages = code::read(file, bytes, notes)?;
            return Ok(passages.into_iter().map(Record::Code).collect());
        }
        let passages = document::read(&self.found.path, bytes, notes)?;
        Ok(passages.into_iter().map(Record::Knowledge).collect())
    }
}

/// Of the reader that reads such a file.
pub(super) fn version(kind: SourceKind, path: &str) -> u32 {
    match kind {
        SourceKind::Git => git::VERSION,
        SourceKind::Code => code::VERSION,
        SourceKind::Mail => mail::VERSION,
        SourceKind::Tickets => tickets::VERSION,
        SourceKind::Knowledge => document::version(path),
    }
}

fn bytes(found: &FoundFile) -> Result<Vec<u8>, SkipReason> {
    if found.metadata.len() > LARGEST_FILE.0 {
        return Err(SkipReason::LargerThan(LARGEST_FILE));
    }
    // It may have grown since it was looked at, or be another thing by now.
    let bytes = regular::read(&found.file, Links::Followed, LARGEST_FILE.0);
    bytes.map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => SkipReason::LargerThan(LARGEST_FILE),
        _ => SkipReason::from(&error),
    })
}

fn modified(found: &FoundFile) -> String {
    let at = found
        .metadata
        .modified()
        .ok()
        .and_then(|at| Timestamp::try_from(at).ok());
    at.and_then(|at| at.round(jiff::Unit::Second).ok())
        .map(|at| at.to_string())
        .unwrap_or_default()
}

/// Collects records until they are worth handing on.
struct Parts<'a> {
    records: Vec<Record>,
    bytes: usize,
    deliver: &'a mut dyn FnMut(Delivery),
}

impl<'a> Parts<'a> {
    fn new(deliver: &'a mut dyn FnMut(Delivery)) -> Self {
        Self {
            records: Vec::new(),
            bytes: 0,
            deliver,
        }
    }

    fn add(&mut self, record: Record) {
        self.bytes += match &record {
            Record::Mail(mail) => mail.text.len(),
            Record::Ticket(ticket) => {
                ticket.description.len() + ticket.comments.iter().map(String::len).sum::<usize>()
            }
            _ => 0,
        };
        self.records.push(record);
        if self.records.len() >= PART_RECORDS || self.bytes >= PART_BYTES {
            self.flush();
        }
    }

    fn begin_message(&mut self, line: u32) {
        (self.deliver)(Delivery::Message { line });
    }

    fn flush(&mut self) {
        self.bytes = 0;
        if !self.records.is_empty() {
            (self.deliver)(Delivery::Part(std::mem::take(&mut self.records)));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;
    use crate::store::Source;

    #[test]
    fn a_file_that_became_a_pipe_after_it_was_found_is_skipped_at_once() {
        for kind in [SourceKind::Knowledge, SourceKind::Code, SourceKind::Mail] {
            let folder = TempDir::new().expect("makes a folder");
            let file = folder.path().join("a.md");
            fs::write(&file, "Subject: one\n\nText.\n").expect("writes");
            let metadata = file.metadata().expect("is there");
            fs::remove_file(&file).expect("removes");
            let made = Command::new("mkfifo").arg(&file).status();
            assert!(made.expect("`mkfifo` starts").success());
            let job = Job {
                source: Source {
                    kind,
                    path: "docs".to_owned(),
                },
                path: "docs/a.md".to_owned(),
                parts: Vec::new(),
                task: Task::File {
                    found: Box::new(FoundFile {
                        path: "docs/a.md".to_owned(),
                        file,
                        metadata,
                    }),
                    verdict: Verdict::Changed,
                    passages: 0,
                    repository: String::new(),
                    omitted: Vec::new(),
                },
            };
            let end = Reader::default().read(&job, &mut |_| {});
            assert!(
                matches!(end, End::Skipped(SkipReason::NotRegular)),
                "{kind}: {end:?}"
            );
        }
    }
}
