//! A run that is asked to stop ends at once: nothing of it is seen before its end. Only what is soon done is waited for: the
//! writing at the end, and keeping the vectors that were made.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use mesh_index::ingest::Skipped;
use mesh_index::run::{Phase, Progress};

use super::progress::Watcher;
use crate::exit::Exit;
use crate::signals::Signals;
use crate::terminal;

/// What a run is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Reading,
    Writing,
    /// The corpus is written; the model is on its way.
    Fetching,
    Encoding,
}

/// Whether a signal asks the run to stop. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    stage: Arc<Mutex<Stage>>,
    is_asked: Arc<AtomicBool>,
}

impl Interrupt {
    pub(super) fn enter(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// Whether to stop at the next occasion.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }

    pub(super) fn watching(&self, watcher: Watcher) -> Heeding {
        Heeding {
            watcher,
            interrupt: self.clone(),
        }
    }

    fn stage(&self) -> Stage {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Heeds signals from now on.
pub(super) fn heeded() -> anyhow::Result<Interrupt> {
    let interrupt = Interrupt::default();
    let runtime = crate::runtime()?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::new()?
    };
    let seen = interrupt.clone();
    thread::spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            if let Some(told) = awaited(seen.stage()) {
                terminal::note(told);
                seen.is_asked.store(true, Ordering::Relaxed);
                signals.next().await;
            }
            terminal::note(ended(seen.stage()));
            process::exit(Exit::Interrupted as i32);
        });
    });
    Ok(interrupt)
}

/// What is waited for.
const fn awaited(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Writing => {
            Some("the corpus is being written, which is done soon; Ctrl-C again ends it now")
        }
        Stage::Encoding => {
            Some("the vectors that were made are being kept; Ctrl-C again ends it now")
        }
        Stage::Reading | Stage::Fetching => None,
    }
}

/// What is left by a run that ends at once.
const fn ended(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading | Stage::Writing => {
            "interrupted: the corpus is as it was; the same command begins anew"
        }
        Stage::Fetching | Stage::Encoding => LACKS_VECTORS,
    }
}

pub(super) const LACKS_VECTORS: &str = "interrupted: the corpus is written, some of its passages lack vectors; the same command makes them";

/// Watches a run, and knows what it is at.
pub(super) struct Heeding {
    watcher: Watcher,
    interrupt: Interrupt,
}

impl Progress for Heeding {
    fn total(&mut self, files: u64) {
        self.watcher.total(files);
    }

    fn file(&mut self, path: &str) {
        self.watcher.file(path);
    }

    fn skipped(&mut self, skipped: &Skipped) {
        self.watcher.skipped(skipped);
    }

    fn phase(&mut self, phase: Phase) {
        self.interrupt.enter(match phase {
            Phase::Looking | Phase::Reading => Stage::Reading,
            Phase::Writing => Stage::Writing,
        });
        self.watcher.phase(phase);
    }
}
