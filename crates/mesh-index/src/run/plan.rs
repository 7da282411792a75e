use std::path::{Path, PathBuf};

use super::subprocess::Readers;
use crate::analysis::Language;
use crate::ingest::git::History;
use crate::ingest::{SkipReason, Skipped, walk};
use crate::store::{Linking, Roots, Source, SourceKind, StoreError, Writer};

/// What a run is asked to do. Sources are remembered: where none is named, all remembered ones are refreshed.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub knowledge: Vec<PathBuf>,
    pub code: Vec<PathBuf>,
    pub git: Vec<PathBuf>,
    pub mail: Vec<PathBuf>,
    pub tickets: Vec<PathBuf>,
    /// Sources that leave the corpus, whatever they were read as.
    pub forget: Vec<PathBuf>,
    /// Sources of which more than half may go, as what is gone now was meant to.
    pub accept_loss: Vec<PathBuf>,
    /// The language of the stemmer; a corpus keeps its own unless another is named.
    pub language: Option<Language>,
    /// Where people open what some of the named sources hold. A source that is named without keeps the link it has.
    pub links: Vec<Linking>,
    pub readers: Readers,
}

/// Why a run did not happen. The corpus is as it was.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("no such file or folder: {}", quoted(.0))]
    Missing(Vec<PathBuf>),
    #[error("not a source of this corpus: {}", quoted(.0))]
    Unknown(Vec<PathBuf>),
    #[error("not a git repository: {}", quoted(.0))]
    NotRepositories(Vec<PathBuf>),
    #[error(
        "all of the corpus has to be read anew, and what it has of these can't be now:{}\nsee that they can be read, or give \
         `--accept-loss` with the source: then it is left out", lines(.0)
    )]
    WouldLose(Vec<Skipped>),
    #[error("{}", elsewhere(.0))]
    Elsewhere(Vec<Elsewhere>),
    #[error("nothing to index: name a source, such as `--knowledge docs`")]
    Nothing,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A name that means another place than it did when the corpus was told of it, and that place is still there.
#[derive(Debug)]
pub struct Elsewhere {
    pub name: String,
    pub remembered: PathBuf,
    pub now: PathBuf,
}

fn elsewhere(places: &[Elsewhere]) -> String {
    let told = places.iter().map(|place| {
        let Elsewhere {
            name,
            remembered,
            now,
        } = place;
        let (remembered, now) = (remembered.display(), now.display());
        format!(
            "`{name}` is `{remembered}` in this corpus, which is still there, and `{now}` is another: name that by its \
             whole path, or take the first one out before, with `--forget {name}`"
        )
    });
    told.collect::<Vec<_>>().join("; ")
}

fn lines(skipped: &[Skipped]) -> String {
    let line = |skipped: &Skipped| format!("\n  {}: {}", skipped.path, skipped.reason);
    skipped.iter().map(line).collect()
}

fn quoted(paths: &[PathBuf]) -> String {
    let quoted: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    quoted.join(", ")
}

impl Plan {
    /// The sources named, each once; all that are not there are told at once.
    pub(super) fn named(&self) -> Result<Vec<Source>, IndexError> {
        let kinds = [
            (SourceKind::Knowledge, &self.knowledge),
            (SourceKind::Code, &self.code),
            (SourceKind::Git, &self.git),
            (SourceKind::Mail, &self.mail),
            (SourceKind::Tickets, &self.tickets),
        ];
        let named = || {
            kinds
                .iter()
                .flat_map(|(kind, paths)| paths.iter().map(|path| (*kind, path)))
        };
        let missing: Vec<PathBuf> = named()
            .filter(|(_, path)| !path.exists())
            .map(|(_, path)| path.clone())
            .collect();
        if !missing.is_empty() {
            return Err(IndexError::Missing(missing));
        }
        let mut sources = Vec::new();
        for (kind, path) in named() {
            let path = source_path(path);
            let source = Source { kind, path };
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        Ok(sources)
    }

    /// Refuses what can't be done to a corpus of the sources `remembered`, before one is made.
    pub(super) fn check(&self, named: &[Source], remembered: &[Source]) -> Result<(), IndexError> {
        let is_unknown = |path: &&PathBuf| !remembered.iter().any(|source| is_at(source, path));
        let meant = self.forget.iter().chain(&self.accept_loss);
        let unknown: Vec<PathBuf> = meant.filter(is_unknown).cloned().collect();
        if !unknown.is_empty() {
            return Err(IndexError::Unknown(unknown));
        }
        if named.is_empty() && remembered.is_empty() {
            return Err(IndexError::Nothing);
        }
        // One that was a repository before is named by the run, which keeps its content.
        let is_new = |source: &&Source| !remembered.contains(source);
        let others: Vec<PathBuf> = named
            .iter()
            .filter(is_new)
            .filter(|source| source.kind == SourceKind::Git)
            .map(|source| PathBuf::from(&source.path))
            .filter(|path| matches!(History::open(path), Err(SkipReason::NotRepository)))
            .collect();
        if !others.is_empty() {
            return Err(IndexError::NotRepositories(others));
        }
        Ok(())
    }

    /// A name from another working directory would put one project's content in the place of another's. Where the first one
    /// is gone, it was moved.
    pub(super) fn check_places(named: &[Source], roots: &Roots) -> Result<(), IndexError> {
        let elsewhere = |source: &Source| {
            let path = Path::new(&source.path);
            Some(Elsewhere {
                remembered: roots.other(source, path)?,
                now: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
                name: source.path.clone(),
            })
        };
        let places: Vec<Elsewhere> = named.iter().filter_map(elsewhere).collect();
        if places.is_empty() {
            Ok(())
        } else {
            Err(IndexError::Elsewhere(places))
        }
    }

    /// Gives the sources that were named so their links, and takes others away.
    pub(super) fn link(&self, writer: &mut Writer) {
        for linking in &self.links {
            let path = source_path(&linking.path);
            let kind = linking.kind;
            writer.set_link(&Source { kind, path }, linking.link.clone());
        }
    }

    pub(super) fn accepts_loss(&self, source: &Source) -> bool {
        self.accept_loss.iter().any(|path| is_at(source, path))
    }
}

fn is_at(source: &Source, path: &Path) -> bool {
    source.path == source_path(path)
}

/// A source's name: as given, but `docs/` and `./docs` are `docs`.
fn source_path(path: &Path) -> String {
    let shown = walk::shown(path, path);
    if shown.is_empty() {
        ".".to_owned()
    } else {
        shown
    }
}

/// Which sources the corpus has after this run, and which of them are looked at now.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) all: Vec<Source>,
    pub(super) refreshed: Vec<Source>,
    /// Those that are named for the first time.
    pub(super) new: Vec<Source>,
    roots: Roots,
}

impl Sources {
    pub(super) fn resolve(
        plan: &Plan,
        named: Vec<Source>,
        writer: &Writer,
    ) -> Result<Self, IndexError> {
        let is_forgotten = |source: &Source| plan.forget.iter().any(|path| is_at(source, path));
        let kept = writer
            .sources()
            .into_iter()
            .filter(|source| !is_forgotten(source));
        let mut all: Vec<Source> = kept.filter(|source| !named.contains(source)).collect();
        let only_forgets = named.is_empty() && !plan.forget.is_empty();
        let mut refreshed = Vec::new();
        for source in &all {
            // A corpus in a new language begins empty, and so must be read whole.
            if (named.is_empty() && !only_forgets) || writer.files(source)?.is_empty() {
                refreshed.push(source.clone());
            }
        }
        let mut roots = writer.roots();
        for source in &named {
            roots.set(source, Path::new(&source.path));
        }
        let is_new = |source: &&Source| !writer.sources().contains(source);
        let new = named.iter().filter(is_new).cloned().collect();
        refreshed.extend(named.iter().cloned());
        all.extend(named);
        all.sort();
        refreshed.sort();
        Ok(Self {
            all,
            refreshed,
            new,
            roots,
        })
    }

    /// Where a source lies, whatever the working directory is now.
    pub(super) fn root(&self, source: &Source) -> PathBuf {
        self.roots.of(source)
    }

    pub(super) fn roots(&self) -> Roots {
        self.roots.clone()
    }
}
