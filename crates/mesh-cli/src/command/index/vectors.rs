use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use mesh_app::config::{Index, Switch};
use mesh_index::vectors::{EncodeError, Encoded, encode, has_model};

use super::interrupt::{self, Interrupt, Stage};
use super::model;
use crate::exit::{Exit, Failure};
use crate::progress::Reporter;
use crate::terminal;

/// Brings the vectors of a corpus up to date, where they are wanted. What goes wrong is told, and costs no more than the
/// vectors: the corpus is searched by words then.
pub(super) fn keep_up(
    corpus: &Path,
    settings: &Index,
    cache: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<Exit, Failure> {
    let is_wanted = settings
        .vectors
        .map_or_else(|| has_model(corpus), Switch::is_on);
    if !is_wanted {
        return Ok(Exit::Done);
    }
    if interrupt.is_asked() {
        terminal::note(interrupt::LACKS_VECTORS);
        return Ok(Exit::Interrupted);
    }
    let started = Instant::now();
    match encoded(corpus, settings, cache, interrupt) {
        Ok(encoded) if encoded.left > 0 => {
            terminal::note(&stopped(encoded));
            Ok(Exit::Interrupted)
        }
        Ok(encoded) => {
            terminal::print(&done(encoded, started.elapsed()))?;
            Ok(Exit::Done)
        }
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            Ok(Exit::Warned)
        }
    }
}

fn done(Encoded { new, kept, .. }: Encoded, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    format!("vectors: {new} texts encoded, {kept} unchanged, in {seconds:.1} s")
}

fn stopped(Encoded { new, kept, left }: Encoded) -> String {
    let have = new + kept;
    let all = have + left;
    format!("interrupted: {have} of {all} texts have vectors; the same command goes on")
}

/// With the model that is beside the corpus, so that no network is needed, unless another is named or that one is damaged.
fn encoded(
    corpus: &Path,
    settings: &Index,
    cache: Option<&Path>,
    interrupt: &Interrupt,
) -> anyhow::Result<Encoded> {
    let mut progress = None;
    let mut watch = |done, all| {
        if all > 0 {
            let progress = progress.get_or_insert_with(|| encoding(all));
            progress.reach(done);
        }
        if interrupt.is_asked() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let named = settings.model.as_deref();
    interrupt.enter(Stage::Encoding);
    if named.is_none() && has_model(corpus) {
        match encode(corpus, None, &mut watch) {
            Err(EncodeError::Model(_)) if settings.vectors == Some(Switch::On) => {}
            ended => return Ok(ended?),
        }
    }
    interrupt.enter(Stage::Fetching);
    let model = model::read(named, cache)?;
    interrupt.enter(Stage::Encoding);
    Ok(encode(corpus, Some(model), &mut watch)?)
}

fn encoding(all: u64) -> Reporter {
    let progress = Reporter::new();
    progress.begin_all(&format!("encoding {all} texts"), all);
    progress
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_with_what_is_left() {
        let encoded = Encoded {
            new: 3,
            kept: 4,
            left: 5,
        };
        assert_eq!(
            stopped(encoded),
            "interrupted: 7 of 12 texts have vectors; the same command goes on"
        );
        assert_eq!(
            done(encoded, Duration::from_millis(1_500)),
            "vectors: 3 texts encoded, 4 unchanged, in 1.5 s"
        );
    }
}
