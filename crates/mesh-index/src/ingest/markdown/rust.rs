//! Examples in Rust, of which rustdoc and mdBook hide the lines that only make them compile.

use pulldown_cmark::CodeBlockKind;

pub(super) fn is_rust(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else {
        return false;
    };
    info.split([',', ' ', '{']).next() == Some("rust")
}

/// The rustdoc book, Hiding portions of the example: a line that begins with `# ` or is `#` alone; `##` stands for `#`.
pub(super) fn without_hidden(code: &str) -> String {
    let shown = code.split_inclusive('\n').filter(|line| {
        let line = line.trim();
        line != "#" && !line.starts_with("# ")
    });
    shown.collect()
}
