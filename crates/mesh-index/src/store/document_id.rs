use sha2::{Digest, Sha256};

/// Long enough to be recognised, short enough for a URI.
const MAX_SLUG: usize = 60;

/// The readable, URI-safe id of a document: the end of its path, and six hex digits of the whole path's hash, because
/// different paths may look the same once they are slugs.
pub fn document_id(path: &str) -> String {
    let slug = slug(path);
    let hash = Sha256::digest(path.as_bytes());
    format!("{slug}-{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2])
}

fn slug(path: &str) -> String {
    let words: Vec<String> = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let joined = words.join("-");
    let start = joined.len().saturating_sub(MAX_SLUG);
    joined[start..].trim_start_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_readable_and_uri_safe() {
        let id = document_id("docs/Größe & Weite.md");
        assert!(id.starts_with("docs-gr-e-weite-md-"), "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    }

    #[test]
    fn paths_that_look_the_same_have_different_ids() {
        assert_ne!(document_id("a/b.md"), document_id("a-b.md"));
    }
}
