//! How far a long run is: a bar on a terminal, lines elsewhere. Both go to stderr; stdout is for the summary.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A line this often shows in a log that a long run is alive.
const EVERY: Duration = Duration::from_secs(30);

const TICK: Duration = Duration::from_millis(120);

#[derive(Debug)]
pub(crate) struct Reporter {
    bar: ProgressBar,
    is_bar: bool,
    begun: Cell<Instant>,
    told: Cell<Instant>,
}

impl Reporter {
    pub(crate) fn new() -> Self {
        let is_bar = io::stderr().is_terminal();
        let bar = match is_bar {
            true => ProgressBar::no_length(),
            false => ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
        };
        if is_bar {
            bar.enable_steady_tick(TICK);
        }
        Self {
            bar,
            is_bar,
            begun: Cell::new(Instant::now()),
            told: Cell::new(Instant::now()),
        }
    }

    /// Something is done now of which nobody knows how long it takes.
    pub(crate) fn begin(&self, what: &str) {
        self.start(what, "{spinner} {wide_msg}", 0);
    }

    /// So many things are to be done now.
    pub(crate) fn begin_all(&self, what: &str, all: u64) {
        let template = "{spinner} {bar:30} {pos}/{len}, {eta} left  {wide_msg}";
        self.start(what, template, all);
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
        self.begun.set(Instant::now());
        self.told.set(Instant::now());
    }

    /// It is known by now how many things are to be done.
    pub(crate) fn expect_all(&self, all: u64) {
        self.bar.set_length(all);
    }

    /// What is done at the moment, for whoever looks at the bar.
    pub(crate) fn at(&self, what: &str) {
        if self.is_bar {
            self.bar.set_message(terminal::harmless(what).into_owned());
        }
    }

    pub(crate) fn advance(&self, done: u64) {
        self.reach(self.bar.position() + done);
    }

    /// So many of them are done by now.
    pub(crate) fn reach(&self, done: u64) {
        self.bar.set_position(done);
        if !self.is_bar && self.told.get().elapsed() >= EVERY {
            let all = self.bar.length().unwrap_or_default();
            terminal::note(&line(done, all, self.begun.get().elapsed()));
            self.told.set(Instant::now());
        }
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// A line that stays.
    pub(crate) fn note(&self, line: &str) {
        self.bar.suspend(|| terminal::note(line));
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.end();
    }
}

fn line(done: u64, all: u64, took: Duration) -> String {
    let left = took.as_secs_f64() / done.max(1) as f64 * all.saturating_sub(done) as f64;
    match left {
        ..90.0 => format!("{done} of {all}, about {left:.0} s left"),
        _ => format!("{done} of {all}, about {:.0} min left", left / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_seconds_or_minutes() {
        let minute = Duration::from_secs(60);
        assert_eq!(line(300, 400, minute), "300 of 400, about 20 s left");
        assert_eq!(line(100, 1_100, minute), "100 of 1100, about 10 min left");
    }
}
