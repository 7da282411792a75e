//! One run of `mesh index`: look at the sources, read what is new, and show all of it at once.

mod fingerprint;
mod job;
mod known;
mod list;
mod loss;
mod pipeline;
mod plan;
mod progress;
mod reader;
mod subprocess;
mod summary;
mod survey;
mod update;

use std::path::Path;

pub use self::list::{Listed, list};
pub use self::plan::{Elsewhere, IndexError, Plan};
pub use self::progress::{NoProgress, Phase, Progress};
pub use self::subprocess::{Readers, serve_reads};
pub use self::summary::{SourceCount, Summary};

use self::plan::Sources;
use self::survey::Survey;
use self::update::Update;
use crate::store::Writer;
use crate::store::folder::remembered_sources;

/// Brings the corpus in `dir` up to date. Nothing of it is seen before the end, so a run that stops halfway changes nothing.
///
/// # Errors
/// Where a source is not there or not known, none is named, or the corpus cannot be read or written.
pub fn index(dir: &Path, plan: &Plan, progress: &mut dyn Progress) -> Result<Summary, IndexError> {
    let named = plan.named()?;
    let (remembered, roots) = remembered_sources(dir)?;
    plan.check(&named, &remembered)?;
    Plan::check_places(&named, &roots)?;
    let mut writer = Writer::open(dir, plan.language)?;
    let sources = Sources::resolve(plan, named, &writer)?;
    progress.phase(Phase::Looking);
    let survey = Survey::of(plan, &sources, &writer, dir)?;
    writer.set_sources(sources.all.clone());
    writer.set_roots(sources.roots());
    writer.set_losses(survey.losses.clone());
    plan.link(&mut writer);
    progress.phase(Phase::Reading);
    progress.total(survey.jobs.len() as u64);
    let mut update = Update::new(plan, writer, progress);
    update.apply(survey)?;
    update.finish(&sources)
}
