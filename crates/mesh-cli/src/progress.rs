use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A line this often shows in a log that a long run is alive.
const EVERY: Duration = Duration::from_secs(30);

/// Who watches a run: a bar on a terminal, lines elsewhere. Both write to stderr; stdout is for the summary.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    is_bar: bool,
    told: Cell<Instant>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let is_bar = io::stderr().is_terminal();
        let bar = match is_bar {
            true => ProgressBar::no_length(),
            false => ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
        };
        if is_bar {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self {
            bar,
            is_bar,
            told: Cell::new(Instant::now()),
        }
    }

    /// Something is done now of which nobody knows how long it takes.
    pub(super) fn begin(&self, what: &str) {
        self.start(what, "{spinner} {wide_msg}", 0);
    }

    /// So many things are to be done now.
    pub(super) fn begin_all(&self, what: &str, all: u64) {
        self.start(what, "{spinner} {bar:30} {pos}/{len} {wide_msg}", all);
    }

    fn start(&self, what: &str, template: &str, all: u64) {
        if !self.is_bar {
            terminal::note(what);
        }
        let style = ProgressStyle::with_template(template);
        self.bar.set_message(what.to_owned());
        self.bar.set_style(style.expect("the templates are valid"));
        self.bar.set_length(all);
        self.bar.reset();
    }

    pub(super) fn advance(&self, done: u64) {
        self.bar.inc(done);
        if !self.is_bar && self.told.get().elapsed() >= EVERY {
            let all = self.bar.length().unwrap_or_default();
            terminal::note(&format!("{} of {all}", self.bar.position()));
            self.told.set(Instant::now());
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// A line that stays.
    pub(super) fn note(&self, line: &str) {
        self.bar.suspend(|| terminal::note(line));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
