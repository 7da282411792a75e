use serde_json::Value;

/// A tool as this server lists it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) input_schema: Value,
    pub(super) effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Write,
    /// It costs money, or may destroy something.
    Spend,
}

impl Tool {
    /// Of an item of `tools/list`.
    pub(super) fn of(listed: &Value) -> Self {
        let hints = &listed["annotations"];
        Self {
            name: listed["name"].as_str().unwrap_or("").to_owned(),
            description: listed["description"].as_str().unwrap_or("").to_owned(),
            input_schema: listed["inputSchema"].clone(),
            // MCP, server/tools, `ToolAnnotations`: what is not said to be harmless may destroy.
            effect: match (&hints["readOnlyHint"], &hints["destructiveHint"]) {
                (Value::Bool(true), _) => Effect::Read,
                (_, Value::Bool(false)) => Effect::Write,
                _ => Effect::Spend,
            },
        }
    }

    /// ElevenLabs takes no other names.
    pub(super) fn has_good_name(&self) -> bool {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        (1..=64).contains(&self.name.len()) && self.name.bytes().all(is_good)
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.description, &self.input_schema)
            == (&other.name, &other.description, &other.input_schema)
    }
}

/// What differs between our own list and the one that ElevenLabs was given; nothing, where it is the same.
pub(super) fn difference(ours: &[Tool], theirs: &[Value]) -> Option<String> {
    let theirs: Vec<_> = theirs.iter().map(Tool::of).collect();
    let find = |tools: &[Tool], name: &str| tools.iter().position(|tool| tool.name == name);
    let lacking = ours
        .iter()
        .filter(|tool| find(&theirs, &tool.name).is_none());
    let others = theirs
        .iter()
        .filter(|tool| find(ours, &tool.name).is_none());
    let changed = ours
        .iter()
        .filter(|tool| find(&theirs, &tool.name).is_some_and(|at| !tool.is_same(&theirs[at])));
    let parts = [
        ("it lacks", names(lacking)),
        ("it has besides", names(others)),
        ("it describes otherwise", names(changed)),
    ];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let parts: Vec<_> = parts
        .map(|(what, names)| format!("{what} {names}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// So many at most, with quotes.
pub(super) fn names<'a>(tools: impl Iterator<Item = &'a Tool>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<_> = tools
        .map(|tool| format!("`{}`", tool.name.escape_debug()))
        .collect();
    match names.len() {
        0..=SHOWN => names.join(", "),
        count => format!("{} and {} more", names[..SHOWN].join(", "), count - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_to_be_harmless_is_not_approved_unseen() {
        let effect = |annotations: Value| Tool::of(&json!({ "annotations": annotations })).effect;
        assert_eq!(effect(json!({"readOnlyHint": true})), Effect::Read);
        assert_eq!(
            effect(json!({"readOnlyHint": false, "destructiveHint": false})),
            Effect::Write
        );
        assert_eq!(
            effect(json!({"readOnlyHint": false, "destructiveHint": true})),
            Effect::Spend
        );
        assert_eq!(effect(Value::Null), Effect::Spend);
    }

    #[test]
    fn names_are_those_that_elevenlabs_takes() {
        let is_good = |name: &str| Tool::of(&json!({ "name": name })).has_good_name();
        for good in ["search", "a-b_C9", &"x".repeat(64)] {
            assert!(is_good(good), "{good}");
        }
        for bad in ["", "a.b", "a/b", "ä", &"x".repeat(65)] {
            assert!(!is_good(bad), "{bad}");
        }
    }

    #[test]
    fn lists_are_compared_by_what_a_tool_says_of_itself() {
        let tool = |name: &str, description: &str| json!({"name": name, "description": description, "inputSchema": {}});
        let ours = [Tool::of(&tool("a", "one")), Tool::of(&tool("b", "two"))];
        assert_eq!(
            difference(&ours, &[tool("b", "two"), tool("a", "one")]),
            None
        );
        let theirs = [tool("a", "another"), tool("c", "three")];
        let said = difference(&ours, &theirs).expect("they differ");
        assert_eq!(
            said,
            "it lacks `b`, it has besides `c`, it describes otherwise `a`"
        );
    }
}
