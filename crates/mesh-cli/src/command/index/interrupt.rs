//! A run that is asked to stop ends at once: nothing of it is seen before its end. Only the writing at the end is waited for.

use std::io;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use mesh_index::ingest::Skipped;
use mesh_index::run::{Phase, Progress};

use crate::exit::Exit;
use crate::signals::Signals;
use crate::terminal;

/// Watches a run, and ends it when a signal asks for that.
pub(super) struct Heeding {
    watcher: Box<dyn Progress>,
    is_writing: Arc<AtomicBool>,
}

pub(super) fn heeding(watcher: Box<dyn Progress>) -> io::Result<Heeding> {
    let is_writing = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::new()?
    };
    let seen = Arc::clone(&is_writing);
    thread::spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            if seen.load(Ordering::Relaxed) {
                terminal::note(
                    "the corpus is being written, which is done soon; Ctrl-C again ends it now",
                );
                signals.next().await;
            }
            terminal::note(INTERRUPTED);
            process::exit(Exit::Interrupted as i32);
        });
    });
    Ok(Heeding {
        watcher,
        is_writing,
    })
}

const INTERRUPTED: &str = "interrupted: the corpus is as it was; the same command begins anew";

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
        self.is_writing
            .store(phase == Phase::Writing, Ordering::Relaxed);
        self.watcher.phase(phase);
    }
}
