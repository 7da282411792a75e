mod broken;
mod changes;
mod round_trip;

use serde_json::Value;

use super::{Given, Item, Kind, Lock, Locked, Start, file};
use crate::source;

fn item(kind: Kind, definition: &Value) -> Item {
    Item::new(kind, definition.to_string()).expect("a definition")
}

fn stdio(command: &str) -> Start {
    Start::Stdio {
        command: command.to_owned(),
        args: vec!["-y".to_owned(), "${PACKAGE}".to_owned()],
        env: ["TOKEN".to_owned()].into(),
        cwd: None,
    }
}

/// Nothing is known of what it offers.
fn unlisted(start: Start) -> Locked {
    Locked {
        start,
        given: Given::default(),
        tools: Vec::new(),
        prompts: Vec::new(),
        resources: Vec::new(),
        templates: Vec::new(),
    }
}

fn with_tools(tools: &[Value]) -> Locked {
    Locked {
        tools: tools.iter().map(|tool| item(Kind::Tool, tool)).collect(),
        ..unlisted(stdio("npx"))
    }
}

fn start_of(text: &str) -> Start {
    let read = source::read("f".as_ref(), text);
    Start::of(&read.entries[0])
}
