use std::fmt::Write as _;

use mesh_app::config::Switch;
use serde_json::{Value, json};

use super::Answer;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Prints an answer, and says by the exit status whether it is one.
pub(super) fn answer(answer: &Answer, json: Switch) -> Result<Exit, Failure> {
    match answer {
        Answer::Tools(tools) if json.is_on() => terminal::print(&pretty(&json!({"tools": tools})))?,
        Answer::Tools(tools) => terminal::print(&terminal::harmless(&list(tools)))?,
        Answer::Result { result, .. } if json.is_on() => terminal::print(&pretty(result))?,
        Answer::Result { result, .. } => terminal::print(&terminal::harmless(&text(result)))?,
    }
    match answer {
        Answer::Tools(_) => Ok(Exit::Done),
        Answer::Result { tool, result } => outcome(tool, result),
    }
}

fn outcome(tool: &str, result: &Value) -> Result<Exit, Failure> {
    if result["resultType"] == "input_required" {
        terminal::error(&format!(
            "`{tool}` asks for more before it answers, which this command cannot give: call it from a client that can"
        ));
        return Ok(Exit::Failed);
    }
    if result["isError"] == true {
        terminal::error(&format!("`{tool}` reported an error"));
        return Ok(Exit::ToolFailed);
    }
    Ok(Exit::Done)
}

/// The blocks of a result for a person; what has no text is named.
fn text(result: &Value) -> String {
    let blocks: Vec<String> = result["content"]
        .as_array()
        .map(|blocks| blocks.iter().map(block).collect())
        .unwrap_or_default();
    if blocks.is_empty() {
        return pretty(result.get("structuredContent").unwrap_or(result));
    }
    blocks.join("\n")
}

fn block(block: &Value) -> String {
    let field = |name: &str| block[name].as_str().unwrap_or_default();
    match field("type") {
        "text" => field("text").to_owned(),
        "resource_link" => format!("[{}: {}]", field("name"), field("uri")),
        "resource" => {
            let resource = &block["resource"];
            let uri = resource["uri"].as_str().unwrap_or_default();
            let text = resource["text"].as_str();
            text.map_or_else(|| format!("[{uri}]"), |text| format!("[{uri}]\n{text}"))
        }
        kind => format!("[{kind} {}]", field("mimeType")),
    }
}

/// One line per tool: its name, and the first line of what it is for.
fn list(tools: &[Value]) -> String {
    let name = |tool: &Value| tool["name"].as_str().unwrap_or_default().to_owned();
    let width = tools.iter().map(|tool| name(tool).len()).max().unwrap_or(0);
    let mut text = String::new();
    for tool in tools {
        let about = tool["description"].as_str().unwrap_or_default();
        let about = about.lines().next().unwrap_or_default();
        let line = format!("{:width$}  {about}", name(tool));
        writeln!(text, "{}", line.trim_end()).expect("writing to a string cannot fail");
    }
    if tools.is_empty() {
        text.push_str("this server offers no tools\n");
    }
    text
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value can be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_blocks_are_shown_and_others_named() {
        let result = json!({"content": [
            {"type": "text", "text": "two masters"},
            {"type": "image", "mimeType": "image/png", "data": "AAAA"},
            {"type": "resource_link", "name": "guide", "uri": "aoma://doc/1"},
            {"type": "resource", "resource": {"uri": "aoma://doc/2", "text": "body"}},
        ]});
        assert_eq!(
            text(&result),
            "two masters\n[image image/png]\n[guide: aoma://doc/1]\n[aoma://doc/2]\nbody"
        );
    }

    #[test]
    fn a_result_without_blocks_shows_its_structure() {
        assert_eq!(
            text(&json!({"structuredContent": {"total": 2}})),
            "{\n  \"total\": 2\n}"
        );
    }

    #[test]
    fn tools_are_listed_in_columns() {
        let tools = [
            json!({"name": "a_long_name", "description": "First line.\nSecond line."}),
            json!({"name": "b"}),
        ];
        assert_eq!(list(&tools), "a_long_name  First line.\nb\n");
    }
}
