//! Files are read in a process of its own, so that none can end the run: some reader, or a library of it, may recurse without
//! end or take all memory, which no process survives.
//!
//! One process reads many files, one after the other. It gets a request a file and answers with deliveries, each a frame of
//! JSON. When it ends, or is ended since a file takes too long, that file is skipped with the reason, and the next one has a
//! new process.

mod frame;
mod limits;
mod progress;
mod request;
mod running;
mod serve;

use std::path::PathBuf;
use std::time::Duration;

use self::progress::Progress;
use self::request::Request;
use self::running::{Bounds, Ended, Running};
use super::job::{Delivery, End, Job, Omitted, Task};
use super::reader::Reader;
use crate::ingest::SkipReason;

pub use self::serve::serve_reads;

/// Where files are read.
#[derive(Clone, Debug, Default)]
pub enum Readers {
    /// In this process, which a hostile file can end.
    #[default]
    Here,
    /// In processes of their own, started by this command, which is to call [`serve_reads`].
    Subprocess { program: PathBuf, argument: String },
}

/// What reads the files of one worker.
#[derive(Debug)]
pub(super) enum Worker<'a> {
    Here(Box<Reader>),
    Subprocess(Subprocess<'a>),
}

impl<'a> Worker<'a> {
    pub(super) fn of(readers: &'a Readers) -> Self {
        match readers {
            Readers::Here => Self::Here(Box::default()),
            Readers::Subprocess { program, argument } => Self::Subprocess(Subprocess {
                program,
                argument,
                running: None,
            }),
        }
    }

    pub(super) fn read(&mut self, job: &Job, deliver: &mut dyn FnMut(Delivery)) -> End {
        match self {
            Self::Here(reader) => reader.read(job, deliver),
            Self::Subprocess(_) if job.is_unchanged() => End::Unchanged,
            Self::Subprocess(subprocess) => subprocess.read(job, deliver),
        }
    }
}

/// A file takes milliseconds; one that is not done by then never will be.
const TIME: Duration = Duration::from_secs(60);
const TIME_PER_MIB: Duration = Duration::from_secs(1);

/// Of all deliveries of a file: several times what it says, where it is packed.
const OUTPUT_BYTES: u64 = 128 * MIB;
const OUTPUT_PER_BYTE: u64 = 16;

const MIB: u64 = 1024 * 1024;

/// Messages of one file that may each cost a process; with more, the file is meant to do harm.
const MAX_OMITTED: usize = 16;

#[derive(Debug)]
pub(super) struct Subprocess<'a> {
    program: &'a PathBuf,
    argument: &'a str,
    running: Option<Running>,
}

impl Subprocess<'_> {
    /// Where a process does not survive a message, the next one reads the file without it.
    fn read(&mut self, job: &Job, deliver: &mut dyn FnMut(Delivery)) -> End {
        let mut progress = Progress::default();
        let mut omitted: Vec<Omitted> = Vec::new();
        loop {
            let is_new = self.running.is_none();
            let mut attempt = progress.attempt();
            let mut hand_on = |delivery| attempt.take(delivery, deliver);
            let end = self.try_read(&Request::of(job, &omitted), bounds(job), &mut hand_on);
            match (end, progress.message) {
                // What earlier files left in its memory may have been too much for this one.
                (End::Skipped(SkipReason::TakesTooMuchMemory(_)), _) if !is_new => {}
                (End::Skipped(reason), Some(line))
                    if ends_a_reader(&reason)
                        && omitted.len() < MAX_OMITTED
                        && omitted.iter().all(|omitted| omitted.line != line) =>
                {
                    omitted.push(Omitted { line, reason });
                }
                (end, _) => return end,
            }
        }
    }

    fn try_read(
        &mut self,
        request: &Request,
        bounds: Bounds,
        deliver: &mut dyn FnMut(Delivery),
    ) -> End {
        let mut running = match self.running.take().map_or_else(|| self.start(), Ok) {
            Ok(running) => running,
            Err(error) => return End::Skipped(SkipReason::from(&error)),
        };
        match running.read(request, bounds, deliver) {
            // Some thread of its reader may be at it still.
            Ok(End::Skipped(SkipReason::TakesTooLong)) => End::Skipped(SkipReason::TakesTooLong),
            Ok(end) => {
                self.running = Some(running);
                end
            }
            Err(ended) => End::Skipped(reason(ended, running)),
        }
    }

    fn start(&self) -> std::io::Result<Running> {
        Running::start(self.program, self.argument)
    }
}

/// Whether a reader failed in such a way that it could read nothing more.
fn ends_a_reader(reason: &SkipReason) -> bool {
    matches!(
        reason,
        SkipReason::TakesTooLong
            | SkipReason::TakesTooMuchMemory(_)
            | SkipReason::NestedTooDeep
            | SkipReason::ReaderEnded(_)
            | SkipReason::ReaderFailed
    )
}

fn bounds(job: &Job) -> Bounds {
    let bytes = match &job.task {
        Task::File { found, .. } => found.metadata.len(),
        Task::Commit { .. } => 0,
    };
    let mib = u32::try_from(bytes / MIB).unwrap_or(u32::MAX);
    Bounds {
        time: TIME.saturating_add(TIME_PER_MIB.saturating_mul(mib)),
        output: OUTPUT_BYTES.saturating_add(OUTPUT_PER_BYTE.saturating_mul(bytes)),
    }
}

fn reason(ended: Ended, running: Running) -> SkipReason {
    match ended {
        Ended::OutOfTime => SkipReason::TakesTooLong,
        Ended::TooMuchOutput => SkipReason::GivesTooMuch,
        Ended::Silent => running.cause(),
    }
}
