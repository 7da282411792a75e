use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use crate::ingest::{html, identity};
use crate::record::Mail;

/// Longer texts are cut: what is beyond is a log or a quoted history.
const LONGEST_TEXT_BYTES: usize = 1024 * 1024;

/// One message; `None` where there is no header to know it by. `number` is its place within the file, from 0.
#[must_use]
pub fn message(path: &str, number: usize, line: u32, bytes: &[u8]) -> Option<Mail> {
    let parsed = MessageParser::default().parse(bytes)?;
    let has_header =
        parsed.subject().is_some() || parsed.from().is_some() || parsed.date().is_some();
    has_header.then(|| Mail {
        id: parsed.message_id().map_or_else(
            || identity::derive(&[path, &number.to_string()]),
            str::to_owned,
        ),
        subject: parsed.subject().unwrap_or_default().trim().to_owned(),
        from: addresses(parsed.from())
            .into_iter()
            .next()
            .unwrap_or_default(),
        to: addresses(parsed.to()),
        cc: addresses(parsed.cc()),
        date: parsed
            .date()
            .filter(|date| date.is_valid())
            .map(mail_parser::DateTime::to_rfc3339)
            .unwrap_or_default(),
        priority: priority(&parsed).to_owned(),
        attachments: parsed
            .attachments()
            .filter_map(|part| part.attachment_name().map(str::to_owned))
            .collect(),
        text: text(&parsed),
        path: path.to_owned(),
        line,
    })
}

fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    let shown = |name: Option<&str>, address: Option<&str>| match (name, address) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (one, other) => one.or(other).map(str::to_owned),
    };
    header
        .into_iter()
        .flat_map(Address::iter)
        .filter_map(|address| shown(address.name(), address.address()))
        .collect()
}

fn priority(message: &mail_parser::Message<'_>) -> &'static str {
    let value = ["X-Priority", "Importance", "Priority"]
        .iter()
        .find_map(|name| message.header_raw(*name))
        .map(|value| value.trim().to_ascii_lowercase());
    match value.as_deref() {
        Some(value) if value.starts_with(['1', '2']) || matches!(value, "high" | "urgent") => {
            "high"
        }
        Some(value) if value.starts_with(['4', '5']) || matches!(value, "low" | "non-urgent") => {
            "low"
        }
        _ => "normal",
    }
}

fn text(message: &mail_parser::Message<'_>) -> String {
    let mut text = String::new();
    for part in message.text_bodies() {
        let words = match &part.body {
            PartType::Text(words) => words.replace("\r\n", "\n"),
            PartType::Html(page) => html::plain(page),
            _ => continue,
        };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(words.trim());
    }
    text.truncate(text.floor_char_boundary(LONGEST_TEXT_BYTES));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_message_gives_its_plain_text_and_its_attachments_names() {
        let source = "From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\r\nTo: a@example.org, B <b@example.org>\r\nCc: c@example.org\r\n\
Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\nDate: Tue, 2 Jan 2024 10:30:00 +0100\r\nMessage-ID: <m1@example.org>\r\nX-Priority: 1 (Highest)\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
--c\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=F6n.\r\n\
--c\r\nContent-Type: text/html\r\n\r\n<p>Sch&ouml;n.</p>\r\n--c--\r\n\
--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\nx\r\n--b--\r\n";
        let mail = message("m.eml", 0, 1, source.as_bytes()).expect("a message");
        assert_eq!(mail.id, "m1@example.org");
        assert_eq!(mail.from, "Jörg <j@example.org>");
        assert_eq!(mail.to, ["a@example.org", "B <b@example.org>"]);
        assert_eq!(mail.cc, ["c@example.org"]);
        assert_eq!(mail.subject, "Grüße");
        assert_eq!(mail.date, "2024-01-02T10:30:00+01:00");
        assert_eq!(mail.priority, "high");
        assert_eq!(mail.attachments, ["plan.pdf"]);
        assert_eq!(mail.text, "Schön.");
    }

    #[test]
    fn a_message_without_a_plain_part_gives_the_words_of_its_html() {
        let source = b"Subject: x\nContent-Type: text/html\n\n<style>p{}</style><p>One</p><p>Two &amp; three</p>";
        let mail = message("m.eml", 3, 1, source).expect("a message");
        assert_eq!(mail.text, "One\nTwo & three");
        assert_eq!(mail.id, identity::derive(&["m.eml", "3"]));
        assert_eq!((mail.date.as_str(), mail.priority.as_str()), ("", "normal"));
    }
}
