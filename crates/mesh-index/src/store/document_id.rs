use sha2::{Digest, Sha256};

/// Long enough to be recognised, short enough for a URI.
const MAX_SLUG: usize = 60;

/// The readable, URI-safe id of a document: the end of its path, and some hexadecimal digits of the whole path's hash,
/// because different paths may look the same once they are slugs.
pub fn document_id(path: &str) -> String {
    let Slug { text, is_whole } = slug(path);
    let hash = Sha256::digest(path.as_bytes());
    let hash = u64::from_be_bytes(hash[..8].try_into().expect("there are 32 bytes"));
    match is_whole {
        // Only paths that differ in their punctuation are told apart.
        true => format!("{text}-{:06x}", hash >> 40),
        // Any two paths may have one slug, where it leaves out a whole script.
        false => format!("{text}-{hash:016x}"),
    }
}

struct Slug {
    text: String,
    /// Whether every letter and digit of the path is in it.
    is_whole: bool,
}

fn slug(path: &str) -> Slug {
    let words: Vec<String> = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let joined = words.join("-");
    let start = joined.len().saturating_sub(MAX_SLUG);
    Slug {
        text: joined[start..].trim_start_matches('-').to_owned(),
        is_whole: start == 0 && path.is_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_id_is_readable_and_uri_safe() {
        let id = document_id("docs/Größe & Weite.md");
        assert!(id.starts_with("docs-gr-e-weite-md-"), "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        let short = document_id("docs/a.md");
        assert_eq!(short.len(), "docs-a-md-012345".len(), "{short}");
    }

    #[test]
    fn paths_that_look_the_same_have_different_ids() {
        assert_ne!(document_id("a/b.md"), document_id("a-b.md"));
    }

    #[test]
    fn of_many_paths_that_say_little_in_ascii_no_two_have_one_id() {
        let letters = || ('а'..='я').chain('一'..='丿');
        let names = letters().flat_map(|a| letters().map(move |b| format!("docs/{a}{b}.md")));
        let deep = (0..9_000).map(|n| format!("docs/{n}/{}/index.html", "deep/".repeat(12)));
        let paths: Vec<String> = names.chain(deep).collect();
        let ids: HashSet<String> = paths.iter().map(|path| document_id(path)).collect();
        assert_eq!(ids.len(), paths.len());
    }
}
