//! Mail: single messages and mbox files, which are read a message at a time.

mod body;
mod charset;
mod flowed;
mod headers;
mod invitation;
mod mbox;
mod message;
mod start;
mod tnef;
mod transfer;

use std::borrow::Cow;
use std::io::BufRead;

use mail_parser::MessageParser;

pub use self::mbox::Messages;
pub use self::message::message;
use super::notes::{Notes, Place};
use super::packed;
use super::skip::SkipReason;
use crate::record::Mail;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 5;

/// Reads one message or a whole mbox, whichever the first line shows, and hands on each mail as soon as it is read.
///
/// # Errors
/// Where it is no mail, or cannot be read to its end. What was handed on before stays.
pub fn read(
    path: &str,
    input: impl BufRead,
    emit: &mut dyn FnMut(Mail),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    read_watched(path, input, emit, &mut |_| None, notes)
}

/// As [`read`]. `begin` hears of each message, by its line, before it is looked into, and may say why it is left out.
pub(crate) fn read_watched(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Mail),
    begin: &mut dyn FnMut(u32) -> Option<SkipReason>,
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    if packed::is_packed(head) {
        return unpacked(path, packed::stream(input), emit, begin, notes);
    }
    unpacked(path, input, emit, begin, notes)
}

/// The page of a web archive, which is built as a message is.
pub(crate) fn page(bytes: &[u8]) -> Option<String> {
    let bytes = headers::plain(bytes);
    let parsed = MessageParser::default().parse(&bytes)?;
    parsed.body_html(0).map(Cow::into_owned)
}

fn unpacked(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Mail),
    begin: &mut dyn FnMut(u32) -> Option<SkipReason>,
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let start = start::pass(&mut input).map_err(|error| SkipReason::from(&error))?;
    let mut input = input.take(start.bytes);
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    if !is_mail(head) {
        return Err(SkipReason::NotMail);
    }
    for (number, raw) in Messages::of(input).enumerate() {
        let raw = raw.map_err(|error| SkipReason::from(&error))?;
        let line = raw.line.saturating_add(start.lines);
        if let Some(reason) = begin(line) {
            notes.skip(Place::Line(line.into()), reason);
            continue;
        }
        if raw.is_cut {
            let what = "message beyond 64 MiB not read";
            notes.remark(Place::Line(line.into()), what, "");
        }
        match message(path, number, line, &raw.bytes, notes) {
            Some(mail) => emit(mail),
            None if raw.bytes.trim_ascii().is_empty() => {}
            None => notes.skip(Place::Line(line.into()), SkipReason::NotMail),
        }
    }
    Ok(())
}

/// Whether a file begins with mbox's separator, whatever its name.
pub(crate) fn is_mbox(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n');
    let separator = lines.next().unwrap_or_default();
    let has_time = separator.windows(5).any(mbox::is_time);
    let header = lines.next().unwrap_or_default();
    separator.starts_with(b"From ") && has_time && mbox::is_field(header)
}

/// Whether a file begins as mail does: with mbox's separator or with a header field.
pub(crate) fn is_mail(head: &[u8]) -> bool {
    if head.starts_with(b"From ") {
        return true;
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let field = line
        .iter()
        .position(|byte| *byte == b':')
        .map(|at| &line[..at]);
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    field.is_some_and(|name| (2..=64).contains(&name.len()) && name.iter().all(in_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &[u8]) -> Result<Vec<Mail>, SkipReason> {
        let mut mails = Vec::new();
        read(
            "mail/inbox.mbox",
            source,
            &mut |mail| mails.push(mail),
            &mut Notes::default(),
        )
        .map(|()| mails)
    }

    #[test]
    fn an_mbox_is_read_message_by_message() {
        let mails = check(
            b"From a@x Mon Jan  1 00:00:00 2024\nSubject: One\nMessage-ID: <1@x>\n\nHello\n>From the start.\n\nFrom b@x Mon Jan  1 00:00:00 2024\nSubject: Two\n\nBye\n",
        )
        .expect("an mbox");
        let seen: Vec<_> = mails
            .iter()
            .map(|mail| (&mail.subject[..], mail.line, &mail.text[..]))
            .collect();
        assert_eq!(
            seen,
            [("One", 2, "Hello\nFrom the start."), ("Two", 9, "Bye")]
        );
        assert_eq!(mails[0].id, "1@x");
    }

    #[test]
    fn a_mark_and_empty_lines_before_the_headers_are_passed_over() {
        let mails = check(b"\xEF\xBB\xBF\r\n\nSubject: One\nMessage-ID: <1@x>\n\nHello\n")
            .expect("a message");
        let seen: Vec<_> = mails
            .iter()
            .map(|mail| (&mail.subject[..], mail.line))
            .collect();
        assert_eq!(seen, [("One", 3)]);
    }

    #[test]
    fn apple_mail_counts_the_bytes_of_a_message_and_adds_its_own() {
        let message = "Subject: One\nMessage-ID: <1@x>\n\nHello\n";
        let source = format!(
            "{}      \n{message}<?xml version=\"1.0\"?><plist/>\n",
            message.len()
        );
        let mails = check(source.as_bytes()).expect("a message");
        let seen: Vec<_> = mails
            .iter()
            .map(|mail| (&mail.text[..], mail.line))
            .collect();
        assert_eq!(seen, [("Hello", 2)]);
    }

    #[test]
    fn packed_mail_is_read() {
        let mbox = b"From a@x Mon Jan  1 00:00:00 2024\nSubject: One\n\nHello\n\nFrom b@x Mon Jan  1 00:00:00 2024\nSubject: Two\n\nBye\n";
        let mails = check(&packed::tests::packed(mbox)).expect("an mbox");
        assert_eq!(mails, check(mbox).expect("an mbox"));
        assert_eq!(mails.len(), 2);
        let cut = packed::tests::packed(&b"Subject: One\n\nHello\n".repeat(1000));
        assert!(check(&cut[..30]).is_err());
    }

    #[test]
    fn what_is_not_mail_is_refused() {
        assert_eq!(check(b"Dear all,\n"), Err(SkipReason::NotMail));
        assert_eq!(check(b"\x89PNG\r\n"), Err(SkipReason::NotMail));
    }
}
