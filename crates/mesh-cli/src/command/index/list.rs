use std::fmt::Write as _;
use std::path::Path;

use mesh_index::run::Listed;
use mesh_index::store::SourceKind;

use crate::terminal;

/// The sources of a corpus, a line each.
pub(super) fn text(sources: &[Listed]) -> String {
    if sources.is_empty() {
        return "no sources yet: name one, such as `--knowledge docs`\n".to_owned();
    }
    let mut text = String::new();
    for listed in sources {
        let (kind, path) = (listed.source.kind, &listed.source.path);
        let thing = if kind == SourceKind::Git {
            "commits"
        } else {
            "files"
        };
        write!(
            text,
            "{kind} {}: {} {thing}, {} passages",
            terminal::harmless(path),
            listed.files,
            listed.passages
        )
        .expect("writing to a string cannot fail");
        if listed.root != Path::new(path) {
            let root = listed.root.to_string_lossy();
            write!(text, ", in {}", terminal::harmless(&root))
                .expect("writing to a string cannot fail");
        }
        if let Some(link) = &listed.link {
            write!(text, ", links to {link}").expect("writing to a string cannot fail");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use mesh_index::store::{Link, Source};

    use super::*;

    #[test]
    fn a_source_is_told_with_what_there_is_of_it_and_where_it_lies() {
        let listed = |kind, path: &str, root: &str| Listed {
            source: Source {
                kind,
                path: path.to_owned(),
            },
            root: root.into(),
            link: None,
            files: 2,
            passages: 9,
        };
        let linked = Listed {
            link: Some(Link::parse("https://jira.example").expect("an address")),
            ..listed(SourceKind::Tickets, "/srv/jira.csv", "/srv/jira.csv")
        };
        assert_eq!(
            text(&[
                listed(SourceKind::Knowledge, "docs", "/srv/docs"),
                listed(SourceKind::Git, "/srv/code", "/srv/code"),
                linked,
            ]),
            "knowledge docs: 2 files, 9 passages, in /srv/docs\ngit /srv/code: 2 commits, 9 passages\n\
             tickets /srv/jira.csv: 2 files, 9 passages, links to https://jira.example\n"
        );
    }
}
