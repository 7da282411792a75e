use std::io;
use std::path::Path;

use mesh_core::{Parameter, ParameterValues, SourceError};

/// Reads the lines that name a secret; `#` begins a comment line, `export` and quotes around a value may be there.
pub(super) fn read(path: &Path) -> Result<ParameterValues, SourceError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| SourceError::File(unread(path, &error)))?;
    Ok(lines(&text).filter_map(parameter).collect())
}

fn unread(path: &Path, error: &io::Error) -> String {
    let name = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => format!(
            "there is no file `{name}`: `mesh keys create NAME` makes it, or write `NAME=value` lines into it"
        ),
        kind => format!("`{name}`: {kind}"),
    }
}

fn parameter((name, value): (&str, &str)) -> Option<(Parameter, mesh_core::FoundParameter)> {
    let parameter = Parameter::ALL
        .into_iter()
        .find(|parameter| parameter.variable() == name)?;
    Some((parameter, super::found(value)))
}

/// The names and values of such lines; one without a value is none.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(line)
}

fn line(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .split_once('=')?;
    let value = unquoted(value.trim());
    (!value.is_empty() && !name.starts_with('#')).then_some((name.trim(), value))
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_shells_write_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secrets.env");
        let text = "# ours\nexport OPENAI_API_KEY=\"sk-test\"\nAOMA_ASSISTANT_ID='asst_1'\nOTHER=x\nSUPABASE_SERVICE_ROLE_KEY=\n";
        std::fs::write(&path, text).expect("written");
        let values = read(&path).expect("read");
        let values: Vec<_> = values
            .iter()
            .map(|(parameter, found)| (parameter.variable(), found.value.reveal()))
            .collect();
        assert_eq!(
            values,
            [
                ("OPENAI_API_KEY", "sk-test"),
                ("AOMA_ASSISTANT_ID", "asst_1")
            ]
        );
        let path = folder.path().join("gone");
        let gone = read(&path).expect_err("no file");
        let told = format!(
            "the file of secrets cannot be read: there is no file `{}`: `mesh keys create NAME` makes it, or write `NAME=value` \
             lines into it",
            path.display()
        );
        assert_eq!(gone.to_string(), told);
    }
}
