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
    may("outputSchema", Shape::Of(SCHEMA)),
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
mod tests {
    use super::*;

    fn check(kind: Kind, definition: &str, expected: Option<&str>) {
        let definition = RawValue::from_string(definition.to_owned()).expect("JSON");
        let members = Members::of(&definition).expect("an object");
        let why = super::check(kind, &members).err();
        assert_eq!(why.as_deref(), expected, "{definition}");
    }

    #[test]
    fn a_tool_that_would_take_the_others_with_it_is_unfit() {
        let tool = |rest: &str, expected| {
            let definition = format!(r#"{{"name":"t",{rest}}}"#);
            check(Kind::Tool, &definition, expected);
        };
        let with = |rest: &str, expected| {
            tool(
                &format!(r#""inputSchema":{{"type":"object"}},{rest}"#),
                expected,
            );
        };
        tool(
            r#""inputSchema":{"type":"object","properties":{"a":{}},"required":["a"],"x":1.50}"#,
            None,
        );
        tool(r#""x":1"#, Some("it has no `inputSchema`"));
        tool(
            r#""inputSchema":null"#,
            Some("its `inputSchema` is no object"),
        );
        tool(
            r#""inputSchema":[]"#,
            Some("its `inputSchema` is no object"),
        );
        tool(r#""inputSchema":{}"#, Some("it has no `inputSchema.type`"));
        tool(
            r#""inputSchema":{"type":"array"}"#,
            Some("its `inputSchema.type` is no `object`"),
        );
        tool(
            r#""inputSchema":{"type":["object"]}"#,
            Some("its `inputSchema.type` is no `object`"),
        );
        tool(
            r#""inputSchema":{"type":"object","properties":{"a":true}}"#,
            Some("its `inputSchema.properties` is no set of objects"),
        );
        tool(
            r#""inputSchema":{"type":"object","required":"a"}"#,
            Some("its `inputSchema.required` is no list"),
        );
        tool(
            r##""inputSchema":{"type":"object","a":{"$ref":"#/b"}}"##,
            Some("its `inputSchema` refers to what is not in it"),
        );
        with(
            r#""title":"T","description":"\u0061","unknown":null,"_meta":{"a":null}"#,
            None,
        );
        with(
            r#""description":null"#,
            Some("its `description` is no text"),
        );
        with(
            r#""description":"a","description":null"#,
            Some("its `description` is no text"),
        );
        with(r#""_meta":null"#, Some("its `_meta` is no object"));
        with(r#""annotations":{"readOnlyHint":true,"x-own":1}"#, None);
        with(
            r#""annotations":{"readOnlyHint":"yes"}"#,
            Some("its `annotations.readOnlyHint` is no `true` or `false`"),
        );
        with(r#""outputSchema":{"type":"object"}"#, None);
        with(
            r#""outputSchema":null"#,
            Some("its `outputSchema` is no object"),
        );
        with(
            r#""outputSchema":{"type":"string"}"#,
            Some("its `outputSchema.type` is no `object`"),
        );
        with(
            r##""outputSchema":{"type":"object","$ref":"#/$defs/A"}"##,
            Some("its `outputSchema` refers to what is not in it"),
        );
        with(r#""execution":{"taskSupport":"optional"}"#, None);
        with(r#""icons":[{"src":"data:,","sizes":["any"]}]"#, None);
        with(
            r#""icons":[{"src":"data:,","sizes":"any"}]"#,
            Some("its `icons[].sizes` is no list"),
        );
        with(r#""icons":[{}]"#, Some("it has no `icons[].src`"));
    }

    #[test]
    fn so_is_a_prompt_and_a_resource() {
        check(
            Kind::Prompt,
            r#"{"name":"p","arguments":[{"name":"a","required":true}]}"#,
            None,
        );
        check(Kind::Prompt, r#"{"name":1}"#, Some("its `name` is no text"));
        check(
            Kind::Prompt,
            r#"{"name":"p","arguments":{}}"#,
            Some("its `arguments` is no list"),
        );
        check(
            Kind::Prompt,
            r#"{"name":"p","arguments":[{}]}"#,
            Some("it has no `arguments[].name`"),
        );
        check(
            Kind::Resource,
            r#"{"uri":"a:b","name":"r","size":10,"annotations":{"priority":0.5}}"#,
            None,
        );
        check(Kind::Resource, r#"{"uri":"a:b"}"#, Some("it has no `name`"));
        check(
            Kind::Resource,
            r#"{"uri":"a:b","name":"r","mimeType":null}"#,
            Some("its `mimeType` is no text"),
        );
        check(
            Kind::Resource,
            r#"{"uri":"a:b","name":"r","annotations":{"priority":5}}"#,
            Some("its `annotations.priority` is no number from 0 to 1"),
        );
        check(
            Kind::Template,
            r#"{"uriTemplate":"a:{b}","name":"t"}"#,
            None,
        );
        check(
            Kind::Template,
            r#"{"uriTemplate":["a:{b}"],"name":"t"}"#,
            Some("its `uriTemplate` is no text"),
        );
    }
}
