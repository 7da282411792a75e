use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

/// Files or single lines, each with its name, one behind the other.
#[derive(Debug)]
pub(super) struct Input {
    files: Vec<(String, String)>,
}

impl Input {
    /// What is no text is none of the record either, and is named by its line.
    pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Self> {
        let read = files.iter().map(|file| {
            let name = file.display().to_string();
            let bytes = fs::read(file).with_context(|| format!("cannot read `{name}`"))?;
            anyhow::Ok((name, String::from_utf8_lossy(&bytes).into_owned()))
        });
        Ok(Self {
            files: read.collect::<Result<_, _>>()?,
        })
    }

    /// Lines, each with a name.
    pub(super) fn of(lines: Vec<(String, String)>) -> Self {
        Self { files: lines }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(|(_, text)| text.lines())
    }

    /// The file and the line in it of a line in all of them, from 1.
    pub(super) fn place(&self, line: usize) -> String {
        let mut before = 0;
        for (name, text) in &self.files {
            let count = text.lines().count();
            if line <= before + count {
                return format!("{name}: line {}", line - before);
            }
            before += count;
        }
        format!("line {line}")
    }
}
