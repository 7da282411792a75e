//! Names that the text has between bars, and what the document says that they stand for.

use super::line;
use crate::ingest::substitutions::Substitutions;

/// A name may be used before it is explained.
pub(super) fn names(lines: &[&str]) -> Substitutions {
    let mut names = Substitutions::between('|', '|');
    for (at, line) in lines.iter().enumerate() {
        let Some((name, directive)) = named(line) else {
            continue;
        };
        let below = lines[at + 1..].iter().map_while(|below| {
            let is_part = line::indent(below) > line::indent(line) && !below.trim().is_empty();
            is_part.then(|| below.trim())
        });
        if let Some(text) = directive.strip_prefix("replace::") {
            let text: Vec<&str> = std::iter::once(text.trim()).chain(below).collect();
            names.set(name, &text.join(" "));
        } else if directive.starts_with("image::") {
            let mut options = below;
            if let Some(text) = options.find_map(|option| option.strip_prefix(":alt:")) {
                names.set(name, text);
            }
        }
    }
    names
}

/// `.. |name| directive`.
fn named(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix(".. |")?;
    let (name, directive) = rest.split_once('|')?;
    Some((name, directive.trim()))
}
