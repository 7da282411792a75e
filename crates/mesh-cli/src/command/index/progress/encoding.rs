use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A line this often shows in a log that a long run is alive.
const EVERY: Duration = Duration::from_secs(30);

/// Who watches texts being encoded: a bar on a terminal, lines elsewhere; both with what is left to wait.
pub(crate) struct Encoding {
    bar: ProgressBar,
    is_bar: bool,
    started: Instant,
    told: Option<Instant>,
}

impl Encoding {
    pub(crate) fn new() -> Self {
        let is_bar = io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{spinner} {bar:30} {pos}/{len} encoded, {eta} left");
        bar.set_style(style.expect("the template is valid"));
        Self {
            bar,
            is_bar,
            started: Instant::now(),
            told: None,
        }
    }

    pub(crate) fn at(&mut self, done: u64, all: u64) {
        if all == 0 {
            return;
        }
        if self.is_bar {
            return self.draw(done, all);
        }
        match self.told {
            None => terminal::note(&format!("encoding {all} texts")),
            Some(told) if told.elapsed() < EVERY => return,
            Some(_) => terminal::note(&line(done, all, self.started.elapsed())),
        }
        self.told = Some(Instant::now());
    }

    fn draw(&self, done: u64, all: u64) {
        if done == 0 {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }
}

impl Drop for Encoding {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn line(done: u64, all: u64, took: Duration) -> String {
    let left = took.as_secs_f64() / done.max(1) as f64 * all.saturating_sub(done) as f64;
    match left {
        ..90.0 => format!("{done} of {all} encoded, about {left:.0} s left"),
        _ => format!("{done} of {all} encoded, about {:.0} min left", left / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_seconds_or_minutes() {
        let minute = Duration::from_secs(60);
        assert_eq!(
            line(300, 400, minute),
            "300 of 400 encoded, about 20 s left"
        );
        assert_eq!(
            line(100, 1_100, minute),
            "100 of 1100 encoded, about 10 min left"
        );
    }
}
