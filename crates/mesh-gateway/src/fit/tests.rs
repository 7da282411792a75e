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
    with(r#""outputSchema":{"type":"string"}"#, None);
    with(r#""outputSchema":{"anyOf":[{"type":"array"}]}"#, None);
    with(
        r#""outputSchema":true"#,
        Some("its `outputSchema` is no object"),
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
