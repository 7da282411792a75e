use std::path::Path;
use std::time::Instant;

use mesh_app::config::{Switch, Vectors};
use mesh_index::vectors::{EncodeError, Encoded, encode, has_model};

use super::model;
use super::progress::Encoding;
use crate::exit::Failure;
use crate::terminal;

/// Brings the vectors of a corpus up to date, where they are wanted. What goes wrong is told, and costs no more than the
/// vectors: the corpus is searched by words then. False where vectors are wanted and missing.
pub(super) fn keep_up(
    corpus: &Path,
    settings: &Vectors,
    cache: Option<&Path>,
) -> Result<bool, Failure> {
    let is_wanted = settings
        .wanted
        .map_or_else(|| has_model(corpus), Switch::is_on);
    if !is_wanted {
        return Ok(true);
    }
    let started = Instant::now();
    match encoded(corpus, settings, cache) {
        Ok(Encoded { new, kept }) => {
            let seconds = started.elapsed().as_secs_f64();
            let line = format!("vectors: {new} texts encoded, {kept} unchanged, in {seconds:.1} s");
            terminal::print(&line)?;
            Ok(true)
        }
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            Ok(false)
        }
    }
}

/// With the model that is beside the corpus, so that no network is needed, unless another is named or that one is damaged.
fn encoded(corpus: &Path, settings: &Vectors, cache: Option<&Path>) -> anyhow::Result<Encoded> {
    let mut progress = Encoding::new();
    let mut watch = |done, all| progress.at(done, all);
    let named = settings.model.as_deref();
    if named.is_none() && has_model(corpus) {
        match encode(corpus, None, &mut watch) {
            Err(EncodeError::Model(_)) if settings.wanted == Some(Switch::On) => {}
            ended => return Ok(ended?),
        }
    }
    let model = model::read(named, cache)?;
    Ok(encode(corpus, Some(model), &mut watch)?)
}
