//! The book index: what human indexers say where to look.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::retrieval::question::Question;

/// The entries that point somewhere: each entry's text, after that of the entry it stands under, and the pages it points to.
pub(crate) fn read(folder: &Path) -> Result<Vec<Question>> {
    let file = folder.join("bookindex.html");
    let html =
        fs::read_to_string(&file).with_context(|| format!("reading `{}`", file.display()))?;
    Ok(parse(&html))
}

fn parse(html: &str) -> Vec<Question> {
    let mut entries = Vec::new();
    let mut primary = String::new();
    let mut depth = 0_usize;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if rest.starts_with("<dd") {
            depth += 1;
        } else if rest.starts_with("</dd") {
            depth = depth.saturating_sub(1);
        } else if rest.starts_with("<dt") {
            let end = rest.find("</dt>").unwrap_or(rest.len());
            let (text, pages) = term(&rest[..end]);
            if depth == 0 {
                primary.clone_from(&text);
            }
            let asked = if depth == 0 {
                text.clone()
            } else {
                format!("{primary} {text}")
            };
            // "(see also …)" is a line of its own below an entry.
            if !pages.is_empty() && !text.starts_with('(') {
                entries.push(Question { text: asked, pages });
            }
        }
        rest = &rest[1..];
    }
    entries
}

/// The words of a `<dt>` before its links, and the pages linked to.
fn term(dt: &str) -> (String, BTreeSet<String>) {
    let inner = dt.find('>').map_or("", |at| &dt[at + 1..]);
    let links = inner.find("<a class=\"indexterm\"").unwrap_or(inner.len());
    let text = plain(&inner[..links]);
    let pages = inner[links..]
        .split("href=\"")
        .skip(1)
        .filter_map(|link| link.split(['#', '"']).next())
        .filter(|page| !page.is_empty())
        .map(str::to_owned);
    (
        text.trim_end_matches([',', ' ']).to_owned(),
        pages.collect(),
    )
}

fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_under_their_primary() {
        let html = r##"<dl><dt id="a">tools</dt><dd><dl><dt>old, <a class="indexterm" href="x.html#Y">X</a>,
            <a class="indexterm" href="z.html">Z</a></dt></dl></dd><dt>abs, <a class="indexterm" href="m.html">M</a></dt>
            <dt>ACL (see <a href="#b">privilege</a>)</dt></dl>"##;
        let found: Vec<_> = parse(html)
            .into_iter()
            .map(|entry| {
                (
                    entry.text,
                    entry.pages.into_iter().collect::<Vec<_>>().join(" "),
                )
            })
            .collect();
        let expected = [("tools old", "x.html z.html"), ("abs", "m.html")];
        assert_eq!(found, expected.map(|(q, p)| (q.to_owned(), p.to_owned())));
    }
}
