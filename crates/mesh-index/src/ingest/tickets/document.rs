//! Atlassian Document Format: the tree of nodes in which Jira keeps rich text, reduced to what a reader sees.

use jiff::Timestamp;
use serde_json::Value;

/// The text of a field that is a plain string or a document.
pub(super) fn text(field: &Value) -> String {
    match field {
        Value::String(text) => embedded(text).unwrap_or_else(|| text.trim().replace("\r\n", "\n")),
        Value::Object(_) => written(std::iter::once(field)),
        _ => String::new(),
    }
}

/// Some exports hold a document as the text of its JSON.
fn embedded(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    (value["type"] == "doc").then(|| self::text(&value))
}

fn written<'a>(nodes: impl Iterator<Item = &'a Value>) -> String {
    let mut text = Text::default();
    nodes.for_each(|node| text.node(node));
    text.written.trim().to_owned()
}

#[derive(Debug, Default)]
struct Text {
    written: String,
    last: Last,
}

/// What was written last, as far as it matters to what follows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Last {
    #[default]
    Text,
    /// What is shown in a box of its own, so that no space is needed beside it: a date, a person, a link's title.
    Chip,
    /// What stands before an item of a list, on the same line.
    Marker,
}

impl Text {
    /// JSON is read to a depth of 128, so this recursion has an end.
    fn node(&mut self, node: &Value) {
        match node["type"].as_str().unwrap_or_default() {
            "text" => self.inline(node["text"].as_str().unwrap_or_default()),
            "hardBreak" => self.inline("\n"),
            "emoji" => self.inline(&attribute(node, &["text", "shortName"])),
            "date" => self.chip(&date(&node["attrs"]["timestamp"])),
            "inlineCard" | "blockCard" | "embedCard" => self.chip(&card(node)),
            "media" | "mediaInline" => self.chip(&attribute(node, &["alt"])),
            "decisionItem" => self.item("- ", node),
            "taskItem" | "blockTaskItem" => self.item(task_marker(node), node),
            "bulletList" => nodes(node).for_each(|item| self.item("- ", item)),
            "orderedList" => self.numbered(node),
            "tableRow" => self.row(node),
            "expand" | "nestedExpand" => {
                self.line(&attribute(node, &["title"]));
                self.block(node);
            }
            "doc" => nodes(node).for_each(|child| self.node(child)),
            _ if node["content"].is_array() => self.block(node),
            _ => self.chip(&attribute(node, &["text", "title", "url"])),
        }
    }

    fn inline(&mut self, text: &str) {
        if self.last == Last::Chip && text.starts_with(char::is_alphanumeric) {
            self.written.push(' ');
        }
        self.written.push_str(text);
        self.last = Last::Text;
    }

    fn chip(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.last == Last::Chip || self.written.ends_with(char::is_alphanumeric) {
            self.written.push(' ');
        }
        self.written.push_str(text);
        self.last = Last::Chip;
    }

    fn start_line(&mut self) {
        if !self.written.is_empty() && !self.written.ends_with('\n') {
            self.written.push('\n');
        }
        self.last = Last::Text;
    }

    fn line(&mut self, text: &str) {
        self.start_line();
        self.written.push_str(text);
        self.start_line();
    }

    fn block(&mut self, node: &Value) {
        if self.last != Last::Marker {
            self.start_line();
        }
        nodes(node).for_each(|child| self.node(child));
        self.start_line();
    }

    fn item(&mut self, marker: &str, node: &Value) {
        self.start_line();
        self.written.push_str(marker);
        self.last = Last::Marker;
        nodes(node).for_each(|child| self.node(child));
        self.start_line();
    }

    fn numbered(&mut self, node: &Value) {
        let first = node["attrs"]["order"].as_u64().unwrap_or(1);
        for (number, item) in (first..).zip(nodes(node)) {
            self.item(&format!("{number}. "), item);
        }
    }

    fn row(&mut self, node: &Value) {
        let cells: Vec<String> = nodes(node).map(|cell| written(nodes(cell))).collect();
        self.line(&cells.join(" | "));
    }
}

fn nodes(node: &Value) -> impl Iterator<Item = &Value> {
    node["content"].as_array().into_iter().flatten()
}

fn task_marker(node: &Value) -> &'static str {
    if node["attrs"]["state"] == "DONE" {
        "[x] "
    } else {
        "[ ] "
    }
}

fn attribute(node: &Value, names: &[&str]) -> String {
    let mut values = names
        .iter()
        .filter_map(|name| node["attrs"][*name].as_str());
    values.next().unwrap_or_default().to_owned()
}

/// A day, given as its first millisecond.
fn date(timestamp: &Value) -> String {
    let given = timestamp
        .as_str()
        .map_or_else(|| timestamp.to_string(), str::to_owned);
    let at = given
        .parse()
        .ok()
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map_or(given, |at| at.strftime("%Y-%m-%d").to_string())
}

/// A link is shown by its title where the document has one.
fn card(node: &Value) -> String {
    let data = &node["attrs"]["data"];
    let parts = [&data["name"], &data["url"], &node["attrs"]["url"]];
    let parts: Vec<&str> = parts.into_iter().filter_map(Value::as_str).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    fn paragraph(nodes: &[Value]) -> Value {
        json!({"type": "paragraph", "content": nodes})
    }

    fn doc(nodes: &[Value]) -> Value {
        json!({"type": "doc", "version": 1, "content": nodes})
    }

    #[test]
    fn a_document_becomes_its_text() {
        let item = |text| json!({"type": "listItem", "content": [paragraph(&[words(text)])]});
        let cell = |text| json!({"type": "tableCell", "content": [paragraph(&[words(text)])]});
        let document = doc(&[
            paragraph(&[words("Hello")]),
            json!({"type": "bulletList", "content": [item("one"), item("two")]}),
            json!({"type": "orderedList", "attrs": {"order": 3}, "content": [item("three"), item("four")]}),
            json!({"type": "table", "content": [{"type": "tableRow", "content": [cell("a"), cell("b")]},
                {"type": "tableRow", "content": [cell(""), cell("c")]}]}),
            json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph(&[words("mind")])]}),
        ]);
        assert_eq!(
            text(&document),
            "Hello\n- one\n- two\n3. three\n4. four\na | b\n | c\nmind"
        );
        assert_eq!(text(&json!("plain ")), "plain");
        assert_eq!(text(&json!(null)), "");
        assert_eq!(text(&json!(document.to_string())), text(&document));
    }

    #[test]
    fn tasks_decisions_and_expands_are_lines() {
        let task = |state, text| json!({"type": "taskItem", "attrs": {"state": state}, "content": [words(text)]});
        let document = doc(&[
            json!({"type": "taskList", "content": [task("TODO", "buy"), task("DONE", "sell")]}),
            json!({"type": "decisionList", "content": [{"type": "decisionItem", "content": [words("keep")]}]}),
            json!({"type": "expand", "attrs": {"title": "More"}, "content": [paragraph(&[words("inside")])]}),
        ]);
        assert_eq!(text(&document), "[ ] buy\n[x] sell\n- keep\nMore\ninside");
    }

    #[test]
    fn what_is_shown_in_a_box_is_set_apart() {
        let mention = json!({"type": "mention", "attrs": {"text": "@ada"}});
        let card = json!({"type": "inlineCard", "attrs": {"url": "https://x/1"}});
        let date = json!({"type": "date", "attrs": {"timestamp": "1733529600000"}});
        let status = json!({"type": "status", "attrs": {"text": "LATE", "color": "red"}});
        let emoji = json!({"type": "emoji", "attrs": {"shortName": ":ok:", "text": "👌"}});
        let line = paragraph(&[
            words("see"),
            card.clone(),
            card,
            words("and"),
            mention,
            words(", by "),
            date,
            status,
            words("!"),
            emoji,
        ]);
        assert_eq!(
            text(&doc(&[line])),
            "see https://x/1 https://x/1 and @ada, by 2024-12-07 LATE!👌"
        );
    }
}
