use std::path::Path;
use std::time::Duration;

use crate::retrieval::bookindex;
use crate::retrieval::half::Half;
use anyhow::{Context as _, Result, bail};

use crate::function::cold::{invoke, start};
use crate::function::contestant::{self, Contestant, Name};
use crate::function::measured::Measured;
use crate::function::request::{is_success, question};

/// Questions that do not count: the first pages of the index are read with them.
const WARM_UP: usize = 100;

/// Asks the function with the large corpus the questions of the manual's index, each once, from event to answer.
pub(crate) async fn measure(
    contestants: &[Contestant],
    measured: &mut [Measured],
    manual: &Path,
) -> Result<Vec<Duration>> {
    let at = contestants
        .iter()
        .position(|contestant| contestant.name == Name::OursLarge)
        .context("nobody has the large corpus")?;
    let (function, _) = start(&contestants[at]).await?;
    let mut times = Vec::new();
    for entry in Half::HeldOut.take(&bookindex::read(manual)?, 0) {
        let reply = invoke(&function, &question(contestant::PATH, &entry.text)).await?;
        if !is_success(&reply) {
            bail!("`{}` was answered `{}`", entry.text, reply.text());
        }
        times.push(reply.took);
    }
    measured[at].peak_kb = function.usage()?.peak_resident_kb;
    Ok(times.split_off(WARM_UP.min(times.len())))
}
