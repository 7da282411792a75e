use std::borrow::Cow;
use std::io::{self, Write as _};

/// Writes to stdout; a reader that has gone away is an error, not a panic.
pub(crate) fn print(text: &str) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\n\tc"), "a\u{fffd}[2Jb\u{fffd}\n\tc");
        assert_eq!(harmless("plain"), "plain");
    }
}
