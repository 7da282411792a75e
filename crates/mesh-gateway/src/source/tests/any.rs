use std::path::Path;

use proptest::prelude::*;

use super::super::read;

/// Pieces of which files of all shapes are made.
const PIECES: &str = r#"([\{\}\[\],:"\n ]|"mcpServers":|"servers":|"mcp":|"targets":|"name":"a"|"command":"x"|"url":"http://y"|"stdio":|\[mcp_servers\.a\]|=|/\*|//|é|null|1e9|true)*"#;

const FILES: [(&str, &str); 5] = [
    (
        ".mcp.json",
        include_str!("../../../tests/files/claude.mcp.json"),
    ),
    (
        "settings.json",
        include_str!("../../../tests/files/gemini.settings.json"),
    ),
    (
        "config.toml",
        include_str!("../../../tests/files/codex.config.toml"),
    ),
    (
        "config.json",
        include_str!("../../../tests/files/agentgateway.config.json"),
    ),
    (
        "config.yaml",
        include_str!("../../../tests/files/agentgateway.config.yaml"),
    ),
];

fn check(file: &str, text: &str) -> Result<(), TestCaseError> {
    let read = read(Path::new(file), text);
    let last = text.matches('\n').count() + 1;
    for note in read.warnings.iter().chain(&read.faults) {
        prop_assert!((1..=last).contains(&note.place.line), "{}", note);
        prop_assert!(!note.to_string().contains('\n'), "{}", note);
    }
    for entry in &read.entries {
        prop_assert!((1..=last).contains(&entry.place.line), "{:?}", entry);
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_a_file_holds_each_note_has_a_line_of_it(text in PIECES) {
        for file in ["mcp.json", "settings.json", "config.toml", "config.yaml", "noext"] {
            check(file, &text)?;
        }
    }

    #[test]
    fn a_file_that_was_changed_somewhere_is_read_all_the_same(
        (file, text) in prop::sample::select(&FILES[..]),
        at: prop::sample::Index,
        length in 0_usize..40,
        piece in PIECES,
    ) {
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + length);
        bytes.splice(at..end, piece.bytes());
        check(file, &String::from_utf8_lossy(&bytes))?;
    }
}
