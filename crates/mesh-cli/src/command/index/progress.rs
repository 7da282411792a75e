mod encoding;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use mesh_index::ingest::Skipped;
use mesh_index::run::{Phase, Progress};

use crate::terminal;

pub(super) use encoding::Encoding;

/// Who watches a run: a bar on a terminal, lines elsewhere. Both write to stderr; stdout is for the summary.
pub(super) fn watcher() -> Box<dyn Progress> {
    if io::stderr().is_terminal() {
        return Box::new(Bar::new());
    }
    Box::new(Lines::default())
}

struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let mut bar = Self(ProgressBar::no_length());
        bar.phase(Phase::Looking);
        bar.0.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    fn style(&self, template: &str) {
        let style = ProgressStyle::with_template(template).expect("the templates here are valid");
        self.0.set_style(style);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&mut self, files: u64) {
        self.0.set_length(files);
    }

    fn file(&mut self, path: &str) {
        self.0.set_message(terminal::harmless(path).into_owned());
        self.0.inc(1);
    }

    /// The summary names what was skipped; here it would scroll the bar away.
    fn skipped(&mut self, _skipped: &Skipped) {}

    fn phase(&mut self, phase: Phase) {
        match phase {
            Phase::Looking => self.style("{spinner} looking for files"),
            Phase::Reading => self.style("{spinner} {bar:30} {pos}/{len} {wide_msg}"),
            Phase::Writing => self.style("{spinner} writing the corpus"),
        }
    }
}

#[derive(Default)]
struct Lines {
    total: u64,
    looked_at: u64,
}

/// Enough to see in a log that a long run is alive.
const EVERY: u64 = 1000;

impl Progress for Lines {
    fn total(&mut self, files: u64) {
        self.total = files;
    }

    fn file(&mut self, _path: &str) {
        self.looked_at += 1;
        if self.looked_at.is_multiple_of(EVERY) {
            terminal::note(&format!("{} of {}", self.looked_at, self.total));
        }
    }

    /// The summary names what was skipped.
    fn skipped(&mut self, _skipped: &Skipped) {}

    fn phase(&mut self, phase: Phase) {
        terminal::note(match phase {
            Phase::Looking => "looking for files",
            Phase::Reading => "reading",
            Phase::Writing => "writing the corpus",
        });
    }
}
