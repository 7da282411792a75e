use serde_json::{Value, json};

use super::{Answer, listing, outline};
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Prints an answer, and says by the exit status whether it is one.
pub(super) fn answer(answer: &Answer, is_for_program: bool) -> Result<Exit, Failure> {
    let text = match answer {
        Answer::Tools(tools) if is_for_program => pretty(&json!({"tools": tools})),
        Answer::Tools(tools) => listing::all(tools),
        Answer::Tool(tool) if is_for_program => pretty(tool),
        Answer::Tool(tool) => listing::one(tool),
        Answer::Result { result, .. } if is_for_program => pretty(result),
        Answer::Result { result, .. } => text(result),
    };
    terminal::print(&terminal::harmless(&text))?;
    match answer {
        Answer::Tools(_) | Answer::Tool(_) => Ok(Exit::Done),
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
        return structured(result.get("structuredContent").unwrap_or(result));
    }
    blocks.join("\n")
}

fn block(block: &Value) -> String {
    let field = |name: &str| block[name].as_str().unwrap_or_default();
    match field("type") {
        "text" => readable(field("text")),
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

/// JSON is laid out for reading; all else is shown as it is.
fn readable(text: &str) -> String {
    let is_json = text.trim_start().starts_with(['{', '[']);
    match serde_json::from_str(text) {
        Ok(value) if is_json => structured(&value),
        _ => text.to_owned(),
    }
}

/// An answer that cites its sources is a text already, and results of a search are a list; the rest is for programs.
fn structured(value: &Value) -> String {
    if let (Some(response), true) = (value["response"].as_str(), value["citations"].is_array()) {
        return response.to_owned();
    }
    let (Some(results), true) = (value["results"].as_array(), value["metadata"].is_object()) else {
        return outline::of(value);
    };
    let told = remarks(value);
    let found = if results.is_empty() {
        "nothing found".to_owned()
    } else {
        outline::numbered(results)
    };
    [vec![found], told].concat().join("\n")
}

/// What keeps results from being all there is: a filter value that nothing has, a source that did not answer.
fn remarks(value: &Value) -> Vec<String> {
    let each = |name: &str| value[name].as_array().into_iter().flatten();
    let unknown = each("unknownFilterValues").map(|unknown| {
        let field = |name: &str| unknown[name].as_str().unwrap_or_default();
        let known: Vec<_> = unknown["known"].as_array().into_iter().flatten().collect();
        let known: Vec<_> = known.into_iter().filter_map(Value::as_str).collect();
        let more = if unknown["hasMore"] == true {
            ", …"
        } else {
            ""
        };
        let has = if known.is_empty() {
            String::new()
        } else {
            format!("; there are {}{more}", known.join(", "))
        };
        format!(
            "nothing has the {} `{}`{has}",
            field("argument"),
            field("value")
        )
    });
    let failed = each("sources").filter_map(|source| {
        let (name, error) = (source["name"].as_str()?, source["error"].as_str()?);
        Some(format!("{name} was left out: {error}"))
    });
    unknown.chain(failed).collect()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
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
    fn json_is_laid_out_for_reading() {
        let block =
            |value: Value| json!({"content": [{"type": "text", "text": value.to_string()}]});
        let answer = json!({"query": "q", "response": "Two. [1]", "citations": [], "metadata": {}});
        assert_eq!(text(&block(answer)), "Two. [1]");
        let found = json!({"query": "q", "results": [{"key": "A-1"}, {"key": "A-2"}], "metadata": {"totalResults": 2}});
        assert_eq!(text(&block(found)), "1. key: A-1\n2. key: A-2");
        let none = json!({"query": "q", "results": [], "metadata": {"totalResults": 0}});
        assert_eq!(text(&block(none)), "nothing found");
        let unknown = json!({"argument": "status", "value": "Opne", "known": ["Open", "Done"], "hasMore": true});
        let left_out = json!({"name": "database", "state": "late", "error": "no answer in 2 s"});
        let told = "nothing has the status `Opne`; there are Open, Done, …\ndatabase was left out: no answer in 2 s";
        for (results, found) in [
            (json!([]), "nothing found"),
            (json!([{"key": "A-1"}]), "1. key: A-1"),
        ] {
            let answer = json!({
                "query": "q", "results": results, "metadata": {"totalResults": 0},
                "unknownFilterValues": [unknown], "sources": [{"name": "index", "results": 0}, left_out],
            });
            assert_eq!(text(&block(answer)), format!("{found}\n{told}"));
        }
        assert_eq!(
            text(&json!({"structuredContent": {"total": 2}})),
            "total: 2"
        );
        assert_eq!(readable("{no JSON"), "{no JSON");
    }
}
