//! Whether clients can take a definition.
//!
//! Some read a list whole, and one item in it that the protocol does not know takes all others with it.

use serde_json::value::RawValue;

use crate::heard::Kind;
use crate::raw::Members;
use crate::schema;

/// What a value has to be; an absent member is judged by its table.
enum Shape {
    Text,
    Flag,
    Number,
    /// From nothing to all.
    Share,
    OneOf(&'static [&'static str]),
    /// With whatever members.
    Object,
    /// Of objects, under whatever names.
    Objects,
    ListOf(&'static Self),
    Of(&'static [Member]),
}

struct Member {
    name: &'static str,
    shape: Shape,
    is_required: bool,
}

const fn must(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        is_required: true,
    }
}

const fn may(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        is_required: false,
    }
}

// MCP 2025-11-25, schema, "Tool", "Prompt", "Resource" and "ResourceTemplate".
const TOOL: &[Member] = &[
    must("name", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("icons", ICONS),
    must("inputSchema", Shape::Of(SCHEMA)),
    // 2026-07-28 has schemas of whatever there is: see `is_of_every_revision`.
    may("outputSchema", Shape::Object),
    may("annotations", Shape::Of(HINTS)),
    may("execution", Shape::Of(EXECUTION)),
    may("_meta", Shape::Object),
];

const SCHEMA: &[Member] = &[
    must("type", Shape::OneOf(&["object"])),
    may("properties", Shape::Objects),
    may("required", Shape::ListOf(&Shape::Text)),
];

const HINTS: &[Member] = &[
    may("title", Shape::Text),
    may("readOnlyHint", Shape::Flag),
    may("destructiveHint", Shape::Flag),
    may("idempotentHint", Shape::Flag),
    may("openWorldHint", Shape::Flag),
];

const EXECUTION: &[Member] = &[may(
    "taskSupport",
    Shape::OneOf(&["required", "optional", "forbidden"]),
)];

const PROMPT: &[Member] = &[
    must("name", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("icons", ICONS),
    may("arguments", Shape::ListOf(&Shape::Of(ARGUMENT))),
    may("_meta", Shape::Object),
];

const ARGUMENT: &[Member] = &[
    must("name", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("required", Shape::Flag),
];

const RESOURCE: &[Member] = &[
    must("name", Shape::Text),
    must("uri", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("mimeType", Shape::Text),
    may("icons", ICONS),
    may("size", Shape::Number),
    may("annotations", Shape::Of(AUDIENCE)),
    may("_meta", Shape::Object),
];

const TEMPLATE: &[Member] = &[
    must("name", Shape::Text),
    must("uriTemplate", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("mimeType", Shape::Text),
    may("icons", ICONS),
    may("annotations", Shape::Of(AUDIENCE)),
    may("_meta", Shape::Object),
];

const AUDIENCE: &[Member] = &[
    may(
        "audience",
        Shape::ListOf(&Shape::OneOf(&["user", "assistant"])),
    ),
    may("priority", Shape::Share),
    may("lastModified", Shape::Text),
];

const ICONS: Shape = Shape::ListOf(&Shape::Of(&[
    must("src", Shape::Text),
    may("mimeType", Shape::Text),
    may("sizes", Shape::ListOf(&Shape::Text)),
    may("theme", Shape::OneOf(&["light", "dark"])),
]));

/// # Errors
/// Why they cannot.
pub(crate) fn check(kind: Kind, definition: &Members<'_>) -> Result<(), String> {
    let members = match kind {
        Kind::Tool => TOOL,
        Kind::Prompt => PROMPT,
        Kind::Resource => RESOURCE,
        Kind::Template => TEMPLATE,
    };
    members_fit(members, definition, "")?;
    if kind == Kind::Tool {
        for name in ["inputSchema", "outputSchema"] {
            let schema = definition.get(name).map_or(Ok(()), schema::check);
            schema.map_err(|why| format!("its `{name}` {why}"))?;
        }
    }
    Ok(())
}

/// Whether clients of the revisions that open with `initialize` can take an `outputSchema` too: to them a result is an object.
pub(crate) fn is_of_every_revision(output_schema: &str) -> bool {
    fits(&Shape::Of(SCHEMA), output_schema, "outputSchema").is_ok()
}

fn members_fit(shapes: &[Member], members: &Members<'_>, path: &str) -> Result<(), String> {
    for Member {
        name,
        shape,
        is_required,
    } in shapes
    {
        let mut is_there = false;
        // Which of two members of one name counts is for each reader to say.
        for (_, value) in members.0.iter().filter(|(known, _)| known == name) {
            is_there = true;
            fits(shape, value, &format!("{path}{name}"))?;
        }
        if *is_required && !is_there {
            return Err(format!("it has no `{path}{name}`"));
        }
    }
    Ok(())
}

/// Of a value of JSON, as it is written.
fn fits(shape: &Shape, value: &str, path: &str) -> Result<(), String> {
    let told = |is_fit: bool, what: &str| match is_fit {
        true => Ok(()),
        false => Err(format!("its `{path}` is no {what}")),
    };
    match shape {
        Shape::Text => told(value.starts_with('"'), "text"),
        Shape::Flag => told(matches!(value, "true" | "false"), "`true` or `false`"),
        Shape::Number => told(
            value.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']),
            "number",
        ),
        Shape::Share => {
            let share = value.parse::<f64>();
            told(
                share.is_ok_and(|share| (0.0..=1.0).contains(&share)),
                "number from 0 to 1",
            )
        }
        Shape::OneOf(known) => {
            let text = serde_json::from_str::<String>(value);
            let is_known = text.is_ok_and(|text| known.contains(&text.as_str()));
            told(is_known, &format!("`{}`", known.join("` or `")))
        }
        Shape::Object => told(value.starts_with('{'), "object"),
        Shape::Objects => {
            let members = members(value, path)?;
            let mut all = members.0.iter();
            told(
                all.all(|(_, value)| value.starts_with('{')),
                "set of objects",
            )
        }
        Shape::ListOf(shape) => {
            let items: Result<Vec<&RawValue>, _> = serde_json::from_str(value);
            let items = items.map_err(|_| format!("its `{path}` is no list"))?;
            let item = format!("{path}[]");
            items
                .into_iter()
                .try_for_each(|value| fits(shape, value.get(), &item))
        }
        Shape::Of(shapes) => members_fit(shapes, &members(value, path)?, &format!("{path}.")),
    }
}

fn members<'a>(value: &'a str, path: &str) -> Result<Members<'a>, String> {
    serde_json::from_str(value).map_err(|_| format!("its `{path}` is no object"))
}

#[cfg(test)]
mod tests;
