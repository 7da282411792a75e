//! Which other parts a part of Office names, by the ids it names them with.

use std::collections::HashMap;

use super::package::{Package, beside};
use super::xml::{self, Node};
use crate::ingest::skip::SkipReason;

/// The paths of the parts; empty where there are none.
pub(in crate::ingest) fn of(
    package: &mut Package<'_>,
    kind: &'static str,
    part: &str,
) -> Result<HashMap<String, String>, SkipReason> {
    let list = package.part(&list_of(part))?.unwrap_or_default();
    let mut paths = HashMap::new();
    for node in xml::nodes(kind, &list) {
        if let Node::Start(tag) = node?
            && let (Some(id), Some(target)) = (xml::value(&tag, "Id"), xml::value(&tag, "Target"))
        {
            paths.insert(id.into_owned(), beside(part, &target));
        }
    }
    Ok(paths)
}

/// The addresses outside of the document that links lead to, by the ids that they are named with.
pub(in crate::ingest) fn links(
    package: &mut Package<'_>,
    kind: &'static str,
    part: &str,
) -> Result<HashMap<String, String>, SkipReason> {
    let list = package.part(&list_of(part))?.unwrap_or_default();
    let mut links = HashMap::new();
    for node in xml::nodes(kind, &list) {
        if let Node::Start(tag) = node?
            && xml::value(&tag, "TargetMode").is_some_and(|mode| mode == "External")
            && let (Some(id), Some(target)) = (xml::value(&tag, "Id"), xml::value(&tag, "Target"))
        {
            links.insert(id.into_owned(), target.into_owned());
        }
    }
    Ok(links)
}

/// The paths of the parts of a type, by the last word of its name, in the order of the list.
pub(in crate::ingest) fn of_type(
    package: &mut Package<'_>,
    kind: &'static str,
    part: &str,
    wanted: &str,
) -> Result<Vec<String>, SkipReason> {
    let list = package.part(&list_of(part))?.unwrap_or_default();
    let mut paths = Vec::new();
    for node in xml::nodes(kind, &list) {
        if let Node::Start(tag) = node?
            && let (Some(name), Some(target)) =
                (xml::value(&tag, "Type"), xml::value(&tag, "Target"))
            && name.rsplit('/').next() == Some(wanted)
        {
            paths.push(beside(part, &target));
        }
    }
    Ok(paths)
}

/// Where a part lists the others that it names.
fn list_of(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{name}.rels")
}

/// The parts that elements of this name lead to, in order; each with the name that the element gives it.
pub(in crate::ingest) fn listed(
    package: &mut Package<'_>,
    kind: &'static str,
    part: &str,
    element: &str,
) -> Result<Vec<(String, String)>, SkipReason> {
    let paths = of(package, kind, part)?;
    let text = package.main(part)?;
    let mut parts = Vec::new();
    for node in xml::nodes(kind, &text) {
        if let Node::Start(tag) = node?
            && xml::name(&tag) == element
        {
            let id = xml::prefixed(&tag, "id").unwrap_or_default();
            let name = xml::value(&tag, "name").unwrap_or_default();
            if let Some(path) = paths.get(&*id) {
                parts.push((name.into_owned(), path.clone()));
            }
        }
    }
    Ok(parts)
}
