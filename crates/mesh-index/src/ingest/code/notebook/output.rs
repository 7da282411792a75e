//! What a cell printed: enough of it to be found, no more.

use serde_json::Value;

use super::lines;

/// A table that was printed goes on for ever; its head says what it is of.
const MAX_LINES: usize = 20;

const MAX_LINE_BYTES: usize = 200;

const MARK: &str = "…";

pub(super) fn printed(outputs: &Value) -> String {
    let outputs = outputs.as_array().map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<String> = outputs.iter().filter_map(text).collect();
    let all: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.trim_end().lines())
        .collect();
    let mut shown: Vec<String> = all
        .iter()
        .take(MAX_LINES)
        .map(|line| cut(&visible(line)))
        .collect();
    if all.len() > MAX_LINES {
        shown.push(MARK.to_owned());
    }
    shown.join("\n")
}

/// Pictures, pages and scripts are not for reading; what they show is in plain text beside them.
fn text(output: &Value) -> Option<String> {
    match output["output_type"].as_str()? {
        "error" | "pyerr" => {
            let name = output["ename"].as_str()?;
            let value = output["evalue"].as_str().unwrap_or_default();
            Some(format!("{name}: {value}"))
        }
        _ => lines(&output["text"]).or_else(|| lines(&output["data"]["text/plain"])),
    }
}

fn cut(line: &str) -> String {
    if line.len() <= MAX_LINE_BYTES {
        return line.to_owned();
    }
    let end = line.floor_char_boundary(MAX_LINE_BYTES);
    format!("{}{MARK}", &line[..end])
}

/// What a terminal shows of a line: the last state of a progress bar, and no colours.
fn visible(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let line = line.rsplit('\r').next().unwrap_or(line);
    let mut parts = line.split("\u{1b}[");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        shown.push_str(end.map_or("", |end| &part[end + 1..]));
    }
    shown.retain(|c| c == '\t' || !c.is_control());
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(output: &Value, expected: &str) {
        assert_eq!(printed(&json!([output])), expected);
    }

    #[test]
    fn a_long_output_is_cut() {
        let rows: Vec<String> = (0..500).map(|row| format!("row {row}\n")).collect();
        let shown = printed(&json!([{"output_type": "stream", "text": rows}]));
        assert!(shown.ends_with("row 19\n…"), "{shown}");
        let wide = printed(&json!([{"output_type": "stream", "text": "ä".repeat(300)}]));
        assert_eq!(wide.chars().count(), 101);
    }

    #[test]
    fn a_fault_is_shown_by_its_name() {
        check(
            &json!({"output_type": "error", "ename": "KeyError", "evalue": "'amount'",
                "traceback": ["\u{1b}[0;31mKeyError\u{1b}[0m"]}),
            "KeyError: 'amount'",
        );
    }

    #[test]
    fn colours_and_progress_are_not_shown() {
        check(
            &json!({"output_type": "stream", "text": "  0%\r 50%\r100%\r\n\u{1b}[32mdone\u{1b}[0m\n"}),
            "100%\ndone",
        );
    }

    #[test]
    fn pictures_and_pages_are_not_text() {
        check(
            &json!({"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "text/html": "<b>x</b>"}}),
            "",
        );
    }
}
