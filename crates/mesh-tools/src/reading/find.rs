//! From a reference, as any tool or person gives it, to the thing it names.

use mesh_index::store::document_id;
use mesh_index::{Corpus, Kind, Record, SearchError};

use crate::context::Context;
use crate::error::ToolError;
use crate::reading::address::prefix;
use crate::reading::page::content_of;
use crate::reading::{Rendered, link, render};
use crate::reply::Content;
use crate::resource::Named;

/// A thing of the corpus, and the part of it that was named.
pub(crate) struct Found {
    pub(crate) whole: Rendered,
    pub(crate) from: Option<String>,
    /// Where people open it.
    pub(crate) link: Option<String>,
}

/// What a resource's URI names, from the part on that it names.
///
/// # Errors
/// `NotFound`, with what `missing` says of an id that nothing of the kind has.
pub(crate) async fn read(
    cx: &Context<'_>,
    named: &Named,
    kind: Kind,
    missing: fn(&str) -> String,
) -> Result<Content, ToolError> {
    let id = named.value.clone();
    let whole = cx
        .search(move |corpus| Ok(render::of(&corpus.by_id(&id)?, Some(kind))))
        .await?;
    let missing = || ToolError::NotFound(missing(mesh_core::truncate(&named.value)));
    content_of(&whole.ok_or_else(missing)?, named.from.as_deref())
}

/// What a reference names: a URI, a path with or without its place, a ticket's key, a commit's hash, a Message-ID. `from`
/// stands in for the place in it.
///
/// # Errors
/// `NotFound`, which says where references come from.
pub(crate) async fn found(
    cx: &Context<'_>,
    reference: &str,
    from: Option<String>,
) -> Result<Found, ToolError> {
    let wanted = reference.to_owned();
    let site = cx.services.jira_base_url.clone();
    let found = cx
        .search(move |corpus| {
            let Some((records, kind, place)) = look(corpus, &wanted)? else {
                return Ok(None);
            };
            let Some(whole) = render::of(&records, kind) else {
                return Ok(None);
            };
            let from = from.or(place);
            let (site, kind) = (site.as_deref(), whole.address.kind);
            let link = link::of(corpus, site, &records, kind, from.as_deref())?;
            Ok(Some(Found { whole, from, link }))
        })
        .await?;
    found.ok_or_else(|| unknown(cx, reference))
}

/// The records of what is named, the kind that is meant and the place in it.
type Looked = (Vec<Record>, Option<Kind>, Option<String>);

fn look(corpus: &Corpus, reference: &str) -> Result<Option<Looked>, SearchError> {
    let reference = bare(reference);
    if let Some((kind, named)) = of_uri(reference) {
        let records = corpus.by_id(&named.value)?;
        return Ok(Some((records, Some(kind), named.from)));
    }
    for (name, from) in readings(reference) {
        for id in [name.to_owned(), document_id(name)] {
            let records = corpus.by_id(&id)?;
            if !records.is_empty() {
                return Ok(Some((records, None, from.map(str::to_owned))));
            }
        }
    }
    Ok(None)
}

/// Models copy the marks around a reference too.
fn bare(reference: &str) -> &str {
    let reference = reference.trim().trim_matches(['`', '"', '\'']);
    let inner = |open, close| reference.strip_prefix(open)?.strip_suffix(close);
    inner('<', '>')
        .or_else(|| inner('(', ')'))
        .unwrap_or(reference)
}

fn of_uri(uri: &str) -> Option<(Kind, Named)> {
    Kind::ALL
        .into_iter()
        .find_map(|kind| Some((kind, Named::in_rest(uri.strip_prefix(prefix(kind))?)?)))
}

/// The ways to read what is no URI: as a whole, and as a name with its place. A path may hold `#` and `:` itself.
fn readings(reference: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let whole = Some((reference, None));
    let anchored = reference
        .rsplit_once('#')
        .map(|(name, anchor)| (name, Some(anchor)));
    let is_place = |place: &str| place.starts_with(|c: char| c.is_ascii_digit() || c == 'L');
    let at_line = reference
        .rsplit_once(':')
        .filter(|(_, place)| is_place(place))
        .map(|(name, line)| (name, Some(line)));
    [whole, anchored, at_line]
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.is_empty())
}

fn unknown(cx: &Context<'_>, reference: &str) -> ToolError {
    let search = cx
        .view
        .tool("search")
        .map_or("", |_| "; `search` finds things by words");
    ToolError::NotFound(format!(
        "nothing here is called `{}`: give a `uri`, `path`, `key` or `hash` as a tool of this server returned it{search}",
        mesh_core::truncate(reference)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &str, expected: &[(&str, Option<&str>)]) {
        let found: Vec<_> = readings(reference).collect();
        assert_eq!(found, expected, "{reference}");
    }

    #[test]
    fn a_path_is_read_whole_first_and_then_with_its_place() {
        check(
            "docs/a.md#install",
            &[("docs/a.md#install", None), ("docs/a.md", Some("install"))],
        );
        check(
            "src/a.rs:10-13",
            &[("src/a.rs:10-13", None), ("src/a.rs", Some("10-13"))],
        );
        check("C#/a.cs", &[("C#/a.cs", None), ("C", Some("/a.cs"))]);
        check("SHOP-7", &[("SHOP-7", None)]);
    }

    #[test]
    fn a_reference_is_freed_of_the_marks_around_it() {
        for reference in [
            "`SHOP-7`",
            " SHOP-7\n",
            "<SHOP-7>",
            "(SHOP-7)",
            "\"SHOP-7\"",
        ] {
            assert_eq!(bare(reference), "SHOP-7", "{reference}");
        }
    }
}
