//! Sources as they are named: a path, and after `=` the address below which people open what is in it.

use std::path::{Path, PathBuf};

use mesh_index::store::{Link, LinkError, Linking, SourceKind};

use super::reader::Reader;
use super::setting::Setting;
use super::table::Index;

const KINDS: [SourceKind; 5] = [
    SourceKind::Knowledge,
    SourceKind::Code,
    SourceKind::Git,
    SourceKind::Mail,
    SourceKind::Tickets,
];

/// Stands in the place of an address: the source has none any more.
const NONE: &str = "none";

/// One source.
#[derive(Clone, Debug)]
pub struct NamedSource {
    kind: SourceKind,
    path: PathBuf,
    /// `None` where nothing is said of it, `Some(None)` where it is to have none.
    link: Option<Option<Link>>,
}

impl Index {
    /// The paths of the sources of a kind.
    #[must_use]
    pub fn paths(&self, kind: SourceKind) -> Vec<PathBuf> {
        let mine = self.sources().filter(|source| source.kind == kind);
        mine.map(|source| source.path.clone()).collect()
    }

    /// Where people open what a source holds, where anything is said of it.
    #[must_use]
    pub fn links(&self) -> Vec<Linking> {
        let linking = |source: &NamedSource| {
            Some(Linking {
                kind: source.kind,
                path: source.path.clone(),
                link: source.link.clone()?,
            })
        };
        self.sources().filter_map(linking).collect()
    }

    fn sources(&self) -> impl Iterator<Item = &NamedSource> {
        [
            &self.knowledge,
            &self.code,
            &self.git,
            &self.mail,
            &self.tickets,
            &self.of_every_kind,
        ]
        .into_iter()
        .flatten()
    }
}

/// The sources of the variable, or the flag, of one kind.
pub(super) fn of_kind(
    reader: &mut Reader<'_>,
    setting: &'static Setting,
    kind: SourceKind,
) -> Vec<NamedSource> {
    let paths = reader.paths(setting);
    if reader.is_variable(setting) && paths.iter().any(|path| is_cut_off(path)) {
        reader.fault(format!(
            "`{}` cannot hold an address, whose `:` separates paths there; name the source in `MESH_SOURCES`, as in \
             `{kind} PATH=https://…`",
            setting.name
        ));
        return Vec::new();
    }
    let label = reader.label(setting);
    let sources = paths
        .into_iter()
        .filter_map(|path| named(reader, &label, kind, path));
    sources.collect()
}

/// The sources of `MESH_SOURCES`.
pub(super) fn of_every_kind(
    reader: &mut Reader<'_>,
    setting: &'static Setting,
) -> Vec<NamedSource> {
    let text = reader.text(setting).unwrap_or_default();
    let entries = text.split(['\n', ';']).map(str::trim);
    let label = reader.label(setting);
    let mut sources = Vec::new();
    for entry in entries.filter(|entry| !entry.is_empty()) {
        let (word, path) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == word);
        match kind.filter(|_| !path.is_empty()) {
            Some(kind) => {
                let path = PathBuf::from(path.trim());
                sources.extend(named(reader, &label, kind, path));
            }
            None => reader.fault(format!(
                "{label} must be entries such as `knowledge docs=https://docs.example.com`, separated by `;` or line \
                 ends: a kind ({}), a path, and after `=` an address; `{}` begins none",
                KINDS.map(SourceKind::as_str).join(", "),
                mesh_core::truncate(word.split(['=', ':']).next().unwrap_or(word))
            )),
        }
    }
    sources
}

/// `docs=https`, which is what a list of paths makes of `docs=https://…`.
fn is_cut_off(path: &Path) -> bool {
    let text = path.to_str().unwrap_or_default();
    text.ends_with("=https") || text.ends_with("=http")
}

fn named(
    reader: &mut Reader<'_>,
    label: &str,
    kind: SourceKind,
    path: PathBuf,
) -> Option<NamedSource> {
    let Some((place, address)) = path.to_str().and_then(split) else {
        let link = None;
        return Some(NamedSource { kind, path, link });
    };
    match link(address) {
        Ok(link) if !place.is_empty() => Some(NamedSource {
            kind,
            path: PathBuf::from(place),
            link: Some(link),
        }),
        Ok(_) => {
            reader.fault(format!("{label} must have a path before `=`"));
            None
        }
        Err(wanted) => {
            // The address may have a password in it.
            let place = mesh_core::truncate(place);
            reader.fault(format!("{label} must give `{place}` {wanted}, or `{NONE}`"));
            None
        }
    }
}

fn link(address: &str) -> Result<Option<Link>, LinkError> {
    match address {
        NONE => Ok(None),
        address => Link::parse(address).map(Some),
    }
}

/// A path may have `=` in it: only what an address, or `none`, follows separates. Whoever forgot the address is told.
fn split(text: &str) -> Option<(&str, &str)> {
    let marks = text.match_indices('=');
    let mut sides = marks.map(|(at, _)| (&text[..at], &text[at + 1..]));
    sides.find(|(_, after)| after.is_empty() || *after == NONE || has_scheme(after))
}

fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use mesh_index::store::{Link, Linking, SourceKind};

    use crate::config::{Config, Index, Variables};

    fn sources(variables: &Variables) -> Index {
        Config::read(variables).expect("sources").index
    }

    fn fault(variables: &Variables) -> String {
        Config::read(variables).expect_err("a fault").to_string()
    }

    fn linking(kind: SourceKind, path: &str, link: Option<&str>) -> Linking {
        Linking {
            kind,
            path: path.into(),
            link: link.map(|link| Link::parse(link).expect("an address")),
        }
    }

    #[test]
    fn a_flag_names_a_source_and_where_people_open_it() {
        let variables = Variables::default()
            .with_flag(
                "--knowledge",
                ["a=b/docs=https://x.example/?p={}", "other=path"],
            )
            .with_flag("--git", [".=none"]);
        let sources = sources(&variables);
        assert_eq!(
            sources.paths(SourceKind::Knowledge),
            [Path::new("a=b/docs"), Path::new("other=path")]
        );
        assert_eq!(sources.paths(SourceKind::Git), [Path::new(".")]);
        assert_eq!(
            sources.links(),
            [
                linking(
                    SourceKind::Knowledge,
                    "a=b/docs",
                    Some("https://x.example/?p={}")
                ),
                linking(SourceKind::Git, ".", None),
            ]
        );
    }

    #[test]
    fn a_list_of_sources_has_their_kinds() {
        let text = "knowledge my docs=https://docs.example; tickets jira.csv\n\n  code src=http://git.example/x  \n";
        let variables = Variables::new([("MESH_SOURCES", text), ("MESH_KNOWLEDGE", "more")]);
        let sources = sources(&variables);
        assert_eq!(
            sources.paths(SourceKind::Knowledge),
            [Path::new("more"), Path::new("my docs")]
        );
        assert_eq!(sources.paths(SourceKind::Tickets), [Path::new("jira.csv")]);
        assert_eq!(
            sources.links(),
            [
                linking(
                    SourceKind::Knowledge,
                    "my docs",
                    Some("https://docs.example")
                ),
                linking(SourceKind::Code, "src", Some("http://git.example/x")),
            ]
        );
    }

    #[test]
    fn a_variable_lists_paths_and_a_flag_gives_one_each() {
        let list = std::env::join_paths(["docs", "guide"]).expect("plain names");
        let variables =
            Variables::new([("MESH_KNOWLEDGE", list)]).with_flag("--code", ["a:b", "c"]);
        let sources = sources(&variables);
        let knowledge = sources.paths(SourceKind::Knowledge);
        assert_eq!(knowledge, [Path::new("docs"), Path::new("guide")]);
        let code = sources.paths(SourceKind::Code);
        assert_eq!(code, [Path::new("a:b"), Path::new("c")]);
    }

    #[test]
    fn an_entry_of_another_form_is_named() {
        for (text, told) in [
            ("docs=https://docs.example", "`docs` begins none"),
            ("wiki docs=https://docs.example", "`wiki` begins none"),
            ("knowledge", "`knowledge` begins none"),
            ("knowledge docs; code src; x y", "`x` begins none"),
        ] {
            let told_so = fault(&Variables::new([("MESH_SOURCES", text)]));
            assert!(told_so.ends_with(told), "{told_so}");
            assert!(
                told_so.contains("(knowledge, code, git, mail, tickets)"),
                "{told_so}"
            );
        }
    }

    #[test]
    fn an_address_with_a_password_is_refused_and_not_repeated() {
        let flag = Variables::default().with_flag("--code", ["src=https://ann:secret@git.example"]);
        let variable =
            Variables::new([("MESH_SOURCES", "code src=https://ann:secret@git.example")]);
        for (variables, label) in [(flag, "`--code`"), (variable, "`MESH_SOURCES`")] {
            assert_eq!(
                fault(&variables),
                format!(
                    "{label} must give `src` an address without user name and password, which everyone would see who gets \
                     an answer, or `none`"
                )
            );
        }
    }

    #[test]
    fn what_is_no_address_of_the_web_is_told_with_the_path() {
        let wanted = "an address that begins with `https://` or `http://`, or `none`";
        for value in ["docs=ftp://docs.example", "docs="] {
            let told = fault(&Variables::default().with_flag("--knowledge", [value]));
            assert_eq!(told, format!("`--knowledge` must give `docs` {wanted}"));
        }
        let told = fault(&Variables::default().with_flag("--knowledge", ["=https://docs.example"]));
        assert_eq!(told, "`--knowledge` must have a path before `=`");
    }

    #[cfg(unix)]
    #[test]
    fn an_address_in_a_list_of_paths_is_told_where_it_belongs() {
        let variables = Variables::new([("MESH_GIT", "a:.=https://git.example/x")]);
        assert_eq!(
            fault(&variables),
            "`MESH_GIT` cannot hold an address, whose `:` separates paths there; name the source in `MESH_SOURCES`, as in \
             `git PATH=https://…`"
        );
    }
}
