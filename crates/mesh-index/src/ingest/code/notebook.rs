//! Jupyter notebooks: their cells as the code and text they are, with what a cell printed, and without pictures.

mod output;

use std::borrow::Cow;

use serde_json::Value;

use self::output::printed;
use super::language::Language;
use super::section::Section;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;

/// The cells in their order. A cell that is none is left out and told.
pub(super) fn sections(text: &str, notes: &mut Notes) -> Result<Vec<Section<'static>>, SkipReason> {
    let notebook: Value = serde_json::from_str(text).map_err(|_| SkipReason::BrokenNotebook)?;
    let language = language(&notebook["metadata"]);
    let cells = cells(&notebook).ok_or(SkipReason::BrokenNotebook)?;
    let mut sections = Vec::new();
    for (number, cell) in (1..).zip(cells) {
        match section(cell, language) {
            Some(section) => sections.push(section),
            None => notes.skip(
                Place::Nth("cell".into(), number),
                SkipReason::BrokenNotebook,
            ),
        }
    }
    sections.retain(|section| !section.text.trim().is_empty());
    Ok(sections)
}

/// Up to format 3, the cells lie in work sheets.
fn cells(notebook: &Value) -> Option<Vec<&Value>> {
    if let Some(cells) = notebook["cells"].as_array() {
        return Some(cells.iter().collect());
    }
    let sheets = notebook["worksheets"].as_array()?;
    let cells = sheets.iter().filter_map(|sheet| sheet["cells"].as_array());
    Some(cells.flatten().collect())
}

/// Of the kernel. Notebooks that name none are older than kernels for anything but Python.
fn language(metadata: &Value) -> Language {
    let info = &metadata["language_info"];
    let extension = info["file_extension"].as_str().unwrap_or_default();
    let names = [&info["name"], &metadata["kernelspec"]["language"]];
    let by_name = names.iter().filter_map(|name| extension_of(name.as_str()?));
    std::iter::once(extension.trim_start_matches('.'))
        .chain(by_name)
        .map(|extension| Language::of(&format!("x.{extension}")))
        .find(|language| *language != Language::of(""))
        .unwrap_or_else(|| Language::of("x.py"))
}

/// Of the languages that have kernels in use.
fn extension_of(language: &str) -> Option<&'static str> {
    Some(match language.to_ascii_lowercase().as_str() {
        "python" | "ipython" | "sage" => "py",
        "r" => "r",
        "julia" => "jl",
        "javascript" => "js",
        "typescript" => "ts",
        "scala" => "scala",
        "kotlin" => "kt",
        "java" => "java",
        "ruby" => "rb",
        "rust" => "rs",
        "go" => "go",
        "c++" => "cpp",
        "c#" => "cs",
        "bash" => "sh",
        "sql" => "sql",
        _ => return None,
    })
}

fn section(cell: &Value, language: Language) -> Option<Section<'static>> {
    let source = || lines(&cell["source"]);
    let section = |language: Language, text: String| Section {
        language,
        text: Cow::Owned(without_data(&text)),
    };
    match cell["cell_type"].as_str()? {
        "code" => {
            let source = source().or_else(|| lines(&cell["input"]))?;
            let printed = printed(&cell["outputs"]);
            let gap = if printed.is_empty() { "" } else { "\n\n" };
            Some(section(
                language,
                format!("{}{gap}{printed}", source.trim_end()),
            ))
        }
        "heading" => {
            let level = cell["level"].as_u64().unwrap_or(1).clamp(1, 6);
            let marks = "#".repeat(usize::try_from(level).unwrap_or(1));
            Some(section(
                Language::of("x.md"),
                format!("{marks} {}", source()?),
            ))
        }
        "markdown" => Some(section(Language::of("x.md"), source()?)),
        _ => Some(section(Language::of("x.txt"), source()?)),
    }
}

/// Text is one string, or a list of lines with their ends.
fn lines(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => lines.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// A picture may lie in a link: `![](data:image/png;base64,…)`.
fn without_data(text: &str) -> String {
    const MARK: &str = ";base64,";
    let is_data = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | '\r');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, data) = rest.split_at(at + MARK.len());
        kept.push_str(before);
        rest = data.trim_start_matches(is_data);
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(notebook: &Value) -> Vec<(String, String)> {
        let mut notes = Notes::default();
        let sections = sections(&notebook.to_string(), &mut notes).expect("a notebook");
        assert_eq!(notes, Notes::default());
        sections
            .into_iter()
            .map(|section| (section.language.name.to_owned(), section.text.into_owned()))
            .collect()
    }

    fn cell(language: &str, text: &str) -> (String, String) {
        (language.to_owned(), text.to_owned())
    }

    #[test]
    fn cells_are_code_and_text_with_what_was_printed() {
        let notebook = json!({
            "cells": [
                {"cell_type": "markdown", "source": "## Churn\n![x](data:image/png;base64,iVBORw0KGgo=) by month"},
                {"cell_type": "code", "source": ["churn <- rate(d)\n", "churn\n"], "outputs": [
                    {"output_type": "stream", "text": ["loading\n"]},
                    {"output_type": "execute_result", "data": {"text/plain": ["0.031"], "image/png": "iVBORw0KGgo"}}]},
                {"cell_type": "code", "source": "", "outputs": []},
                {"cell_type": "raw", "source": "as is"}],
            "metadata": {"kernelspec": {"language": "R"}}});
        assert_eq!(
            check(&notebook),
            [
                cell(
                    "Markdown",
                    "## Churn\n![x](data:image/png;base64,) by month"
                ),
                cell("R", "churn <- rate(d)\nchurn\n\nloading\n0.031"),
                cell("Text", "as is"),
            ]
        );
    }

    #[test]
    fn work_sheets_of_format_three_are_read() {
        let notebook = json!({"worksheets": [{"cells": [
            {"cell_type": "heading", "level": 2, "source": ["Load"]},
            {"cell_type": "code", "input": ["load()"], "outputs": [{"output_type": "pyout", "text": ["42"]}]}]}]});
        assert_eq!(
            check(&notebook),
            [cell("Markdown", "## Load"), cell("Python", "load()\n\n42")]
        );
    }

    #[test]
    fn the_kernel_tells_the_language() {
        for (metadata, expected) in [
            (
                json!({"language_info": {"name": "julia", "file_extension": ".jl"}}),
                "Julia",
            ),
            (
                json!({"language_info": {"name": "typescript"}}),
                "TypeScript",
            ),
            (
                json!({"language_info": {"name": "unheard of", "file_extension": ".rs"}}),
                "Rust",
            ),
            (json!({"kernelspec": {"name": "python3"}}), "Python"),
        ] {
            assert_eq!(language(&metadata).name, expected, "{metadata}");
        }
    }

    #[test]
    fn what_is_no_notebook_and_no_cell_is_told() {
        let mut notes = Notes::default();
        for text in ["", "[1]", "{\"cells\": 3}", "<<<<<<< HEAD\n{\"cells\": []}"] {
            let read = sections(text, &mut notes).map(|sections| sections.len());
            assert_eq!(read, Err(SkipReason::BrokenNotebook), "{text:?}");
        }
        let text = json!({"cells": [{"cell_type": "code", "source": 4}, 7,
            {"cell_type": "code", "source": "x = 1"}]});
        let read = sections(&text.to_string(), &mut notes).map(|sections| sections.len());
        assert_eq!((read, notes.skipped()), (Ok(1), 2));
    }
}
