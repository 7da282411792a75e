use std::borrow::Cow;
use std::io::{self, Write as _};

/// Writes to stdout. Whoever reads may have read enough and be gone, as in `mesh … | head`: how the command ends is not theirs
/// to say.
pub(crate) fn print(text: &str) -> io::Result<()> {
    unless_gone(write(text))
}

/// What came of writing to stdout, where a reader that has gone away is none of its failures.
pub(crate) fn unless_gone(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

/// Writes to stdout; a reader that has gone away is an error.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Tells the person that something went wrong. When stderr itself is gone there is nobody left to tell.
pub(crate) fn error(sentence: &str) {
    let _ = writeln!(io::stderr(), "error: {}", harmless(sentence));
}

pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{}", harmless(line));
}

/// Text from elsewhere without the control characters by which it could steer a terminal.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(steers) {
        return text.replace(steers, "\u{fffd}").into();
    }
    text.into()
}

/// As one word of a command that somebody copies into a shell, whatever is in it.
pub(crate) fn quoted(word: &str) -> Cow<'_, str> {
    let quoted = shlex::Quoter::new().allow_nul(true).quote(word);
    quoted.expect("only a NUL cannot be quoted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one() {
        for word in ["plain-word", "it's $HOME", "two  words", "a;b\"c\\", ""] {
            let command = format!("mesh {}", quoted(word));
            let words = shlex::split(&command).expect("words");
            assert_eq!(words, ["mesh", word], "{command}");
        }
        assert_eq!(quoted("/srv/servers.json"), "/srv/servers.json");
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\n\tc"), "a\u{fffd}[2Jb\u{fffd}\n\tc");
        assert_eq!(harmless("plain"), "plain");
    }
}
