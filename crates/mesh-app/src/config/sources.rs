use std::path::PathBuf;

use mesh_index::analysis::{Language, language_names, parse_language};
use mesh_index::store::{Linking, SourceKind};

use super::linked::{self, Named};
use super::reader::Reader;

/// What `mesh index` reads. Each list is as `PATH` is: separated by `:` (`;` on Windows). None has a default: only what is
/// named is read. `MESH_SOURCES` adds to all of the lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// `MESH_KNOWLEDGE`: folders and files of documents.
    pub knowledge: Vec<PathBuf>,
    /// `MESH_CODE`: source trees.
    pub code: Vec<PathBuf>,
    /// `MESH_GIT`: repositories whose history is read.
    pub git: Vec<PathBuf>,
    /// `MESH_MAIL`: folders and files of mail.
    pub mail: Vec<PathBuf>,
    /// `MESH_TICKETS`: exported tickets.
    pub tickets: Vec<PathBuf>,
    /// Where people open what a source holds: the address after `=`, in a flag and in `MESH_SOURCES`.
    pub links: Vec<Linking>,
    /// `MESH_FORGET`: sources to take out of the corpus.
    pub forget: Vec<PathBuf>,
    /// `MESH_ACCEPT_LOSS`: sources of which more than half may go at once.
    pub accept_loss: Vec<PathBuf>,
    /// `MESH_LANGUAGE`: the language words are stemmed in. Absent, a new corpus is English, the language of most
    /// documentation, and an existing one keeps its own.
    pub language: Option<Language>,
}

impl Sources {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut sources = Self::default();
        for kind in linked::KINDS {
            for named in linked::read(reader, kind) {
                sources.add(named);
            }
        }
        for named in linked::read_all(reader) {
            sources.add(named);
        }
        sources.forget = reader.paths("MESH_FORGET");
        sources.accept_loss = reader.paths("MESH_ACCEPT_LOSS");
        sources.language = reader.optional("MESH_LANGUAGE", language);
        sources
    }

    fn add(&mut self, Named { kind, path, link }: Named) {
        let paths = match kind {
            SourceKind::Knowledge => &mut self.knowledge,
            SourceKind::Code => &mut self.code,
            SourceKind::Git => &mut self.git,
            SourceKind::Mail => &mut self.mail,
            SourceKind::Tickets => &mut self.tickets,
        };
        paths.push(path.clone());
        self.links
            .extend(link.map(|link| Linking { kind, path, link }));
    }
}

fn language(text: &str) -> Result<Language, String> {
    parse_language(text).ok_or_else(|| {
        let known: Vec<_> = language_names().collect();
        format!("one of {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::{Config, Variables};

    #[test]
    fn a_variable_lists_paths_and_a_flag_gives_one_each() {
        let list = std::env::join_paths(["docs", "guide"]).expect("plain names");
        let variables =
            Variables::new([("MESH_KNOWLEDGE", list)]).with_flag("--code", ["a:b", "c"]);
        let sources = Config::read(&variables).expect("sources").sources;
        assert_eq!(sources.knowledge, [Path::new("docs"), Path::new("guide")]);
        assert_eq!(sources.code, [Path::new("a:b"), Path::new("c")]);
    }

    #[test]
    fn a_flag_takes_the_place_of_its_variable() {
        let variables = Variables::new([("MESH_KNOWLEDGE", "docs")])
            .with_flag("--knowledge", ["guide"])
            .with_flag("--corpus", Vec::<&str>::new());
        let config = Config::read(&variables).expect("sources");
        assert_eq!(config.sources.knowledge, [Path::new("guide")]);
        assert_eq!(config.corpus, None);
    }

    #[test]
    fn an_empty_flag_is_a_fault() {
        let variables = Variables::default().with_flag("--knowledge", [""]);
        let faults = Config::read(&variables).expect_err("fault").to_string();
        assert_eq!(faults, "`--knowledge` must be a path, not nothing");
    }

    #[test]
    fn an_unknown_language_is_answered_with_the_known_ones() {
        let variables = Variables::default().with_flag("--language", ["klingon"]);
        let faults = Config::read(&variables).expect_err("fault").to_string();
        assert!(
            faults.starts_with("`--language` must be one of arabic, danish,"),
            "{faults}"
        );
    }
}
