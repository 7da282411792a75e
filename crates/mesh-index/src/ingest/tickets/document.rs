//! Atlassian Document Format: the tree of nodes in which Jira keeps rich text, reduced to plain text.

use serde_json::Value;

/// The text of a field that is a plain string or a document.
pub(super) fn text(field: &Value) -> String {
    match field {
        Value::String(text) => text.trim().replace("\r\n", "\n"),
        Value::Object(_) => {
            let mut text = String::new();
            node(field, &mut text);
            text.trim().to_owned()
        }
        _ => String::new(),
    }
}

/// JSON is read to a depth of 128, so this recursion has an end.
fn node(node: &Value, text: &mut String) {
    let kind = node["type"].as_str().unwrap_or_default();
    match kind {
        "text" => text.push_str(node["text"].as_str().unwrap_or_default()),
        "hardBreak" => text.push('\n'),
        "mention" | "emoji" | "status" => text.push_str(attribute(node, &["text", "shortName"])),
        "inlineCard" | "blockCard" | "embedCard" => text.push_str(attribute(node, &["url"])),
        "date" => text.push_str(attribute(node, &["timestamp"])),
        "listItem" => {
            start_line(text);
            text.push_str("- ");
        }
        "tableRow" => start_line(text),
        "tableCell" | "tableHeader" if !text.is_empty() && !text.ends_with('\n') => {
            text.push_str(" | ")
        }
        _ => {}
    }
    for child in node["content"].as_array().into_iter().flatten() {
        self::node(child, text);
    }
    if matches!(
        kind,
        "paragraph" | "heading" | "codeBlock" | "tableRow" | "rule"
    ) {
        text.push('\n');
    }
    if matches!(kind, "tableCell" | "tableHeader") {
        text.truncate(text.trim_end().len());
    }
}

fn attribute<'a>(node: &'a Value, names: &[&str]) -> &'a str {
    names
        .iter()
        .find_map(|name| node["attrs"][*name].as_str())
        .unwrap_or_default()
}

fn start_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_becomes_its_text() {
        let words =
            |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
        let document = json!({"type": "doc", "version": 1, "content": [
            words("Hello"),
            {"type": "bulletList", "content": [
                {"type": "listItem", "content": [words("one")]},
                {"type": "listItem", "content": [words("two")]}]},
            {"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableCell", "content": [words("a")]},
                {"type": "tableCell", "content": [words("b")]}]}]},
            {"type": "paragraph", "content": [{"type": "mention", "attrs": {"text": "@ada"}}]},
        ]});
        assert_eq!(text(&document), "Hello\n- one\n- two\na | b\n@ada");
        assert_eq!(text(&json!("plain ")), "plain");
        assert_eq!(text(&json!(null)), "");
    }
}
