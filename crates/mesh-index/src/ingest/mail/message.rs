use mail_parser::{Address, DateTime, Message, MessageParser, MimeHeaders};

use super::{body, headers};
use crate::ingest::identity;
use crate::ingest::notes::{Notes, Place};
use crate::record::Mail;

/// Longer texts are cut: what is beyond is a log or a quoted history.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// One message; `None` where there is no header to know it by. `number` is its place within the file, from 0.
#[must_use]
pub fn message(
    path: &str,
    number: usize,
    line: u32,
    bytes: &[u8],
    notes: &mut Notes,
) -> Option<Mail> {
    let bytes = headers::plain(bytes);
    let parsed = MessageParser::default().parse(&bytes)?;
    let has_header =
        parsed.subject().is_some() || parsed.from().is_some() || parsed.date().is_some();
    let (subject, attachments) = named(&parsed);
    if is_enveloped(&parsed) {
        let subject = parsed.subject().unwrap_or_default();
        notes.remark(
            Place::Line(line.into()),
            "signed or encrypted text not read",
            subject,
        );
    }
    has_header.then(|| Mail {
        id: parsed.message_id().map_or_else(
            || identity::derive(&[path, &number.to_string()]),
            str::to_owned,
        ),
        subject,
        from: people(parsed.from()).into_iter().next().unwrap_or_default(),
        to: people(parsed.to()),
        cc: people(parsed.cc()),
        date: date(&parsed, line, notes),
        priority: priority(&parsed).to_owned(),
        attachments,
        text: text(&parsed, line, notes),
        path: path.to_owned(),
        line,
    })
}

/// The subject, and the names of the attachments: those in a file of Outlook's stand for it.
fn named(message: &Message<'_>) -> (String, Vec<String>) {
    let mut subject = message.subject().unwrap_or_default().trim().to_owned();
    let mut names = Vec::new();
    for part in message.attachments() {
        match body::packed(message, part) {
            Some(packed) => {
                names.extend(packed.attachments);
                if subject.is_empty() {
                    subject = packed.subject;
                }
            }
            None => names.extend(part.attachment_name().map(str::to_owned)),
        }
    }
    (subject, names)
}

pub(super) fn people(header: Option<&Address<'_>>) -> Vec<String> {
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

fn priority(message: &Message<'_>) -> &'static str {
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

/// By S/MIME or PGP as a whole: what is only signed so lies in the envelope too, unless the signature stands beside it.
fn is_enveloped(message: &Message<'_>) -> bool {
    let Some(kind) = message.content_type() else {
        return false;
    };
    matches!(
        (kind.ctype(), kind.subtype().unwrap_or_default()),
        ("multipart", "encrypted") | ("application", "pkcs7-mime" | "x-pkcs7-mime")
    )
}

/// When it was sent, else when it was received.
fn date(message: &Message<'_>, line: u32, notes: &mut Notes) -> String {
    if let Some(date) = message.date().filter(|date| date.is_valid()) {
        return date.to_rfc3339();
    }
    if let Some(given) = message.header_raw("Date") {
        notes.remark(
            Place::Line(line.into()),
            "date not understood",
            given.trim(),
        );
    }
    let received = message.received().and_then(|received| received.date);
    received
        .filter(DateTime::is_valid)
        .map(|date| date.to_rfc3339())
        .unwrap_or_default()
}

/// What it says, as far as that is read, and a note of what is not.
fn text(message: &Message<'_>, line: u32, notes: &mut Notes) -> String {
    let mut cut = |what, value: &str| notes.remark(Place::Line(line.into()), what, value);
    let mut text = body::text(message, &mut |attached| {
        cut("attached text beyond 64 KiB not read", attached);
    });
    if text.len() > MAX_TEXT_BYTES {
        cut(
            "text beyond 1 MiB not read",
            message.subject().unwrap_or_default(),
        );
        text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::mail::tnef;

    fn read(source: &[u8]) -> Option<Mail> {
        message("m.eml", 0, 1, source, &mut Notes::default())
    }

    #[test]
    fn a_multipart_message_gives_its_plain_text_and_its_attachments_names() {
        let source = "From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\r\nTo: a@example.org, B <b@example.org>\r\nCc: c@example.org\r\n\
Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\nDate: Tue, 2 Jan 2024 10:30:00 +0100\r\nMessage-ID: <m1@example.org>\r\nX-Priority: 1 (Highest)\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
--c\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=F6n.\r\n\
--c\r\nContent-Type: text/html\r\n\r\n<p>Sch&ouml;n.</p>\r\n--c--\r\n\
--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\nx\r\n--b--\r\n";
        let mail = read(source.as_bytes()).expect("a message");
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
        let mail = message("m.eml", 3, 1, source, &mut Notes::default()).expect("a message");
        assert_eq!(mail.text, "One\nTwo & three");
        assert_eq!(mail.id, identity::derive(&["m.eml", "3"]));
        assert_eq!((mail.date.as_str(), mail.priority.as_str()), ("", "normal"));
    }

    fn alternative(plain: &str, rich: &str) -> Mail {
        let source = format!(
            "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{plain}\n\
             --b\nContent-Type: text/html\n\n{rich}\n--b--\n"
        );
        read(source.as_bytes()).expect("a message")
    }

    #[test]
    fn a_plain_part_that_says_less_gives_way_to_the_rich_one() {
        for plain in [
            "",
            " \n\u{a0}",
            "Please enable HTML.",
            "Open https://x.example/1 in a browser",
        ] {
            let mail = alternative(plain, "<p>The pump leaks oil.</p>");
            assert_eq!(mail.text, "The pump leaks oil.", "{plain}");
        }
        let mail = alternative(
            "The pump leaks *oil*.\n[1] https://x",
            "<p>The pump leaks <b>oil</b></p>",
        );
        assert_eq!(mail.text, "The pump leaks *oil*.\n[1] https://x");
    }

    #[test]
    fn headers_are_decoded_as_a_whole() {
        let source = "From: =?utf-8?q?M=C3?=\r\n =?utf-8?q?=A9lanie?= <m@example.org>\r\n\
Subject: Re: =?utf-8?b?w6l0w6k=?= =?utf-8?q?_2026?=, fin\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
--b\r\n\r\nHi\r\n--b\r\nContent-Type: application/pdf; name=\"=?utf-8?q?fa=C3?= =?utf-8?q?=A7ade.pdf?=\"\r\n\r\nx\r\n--b--\r\n";
        let mail = read(source.as_bytes()).expect("a message");
        assert_eq!(mail.from, "Mélanie <m@example.org>");
        assert_eq!(mail.subject, "Re: été 2026, fin");
        assert_eq!(mail.attachments, ["façade.pdf"]);
    }

    #[test]
    fn a_text_is_decoded_as_what_it_is() {
        let check = |kind: &str, body: &[u8]| {
            let head = format!("Subject: x\nContent-Type: {kind}\n\n");
            let source = [head.as_bytes(), body].concat();
            read(&source).expect("a message").text
        };
        let utf8 = "Příliš žluťoučký kůň".as_bytes();
        assert_eq!(
            check("text/plain; charset=us-ascii", utf8),
            "Příliš žluťoučký kůň"
        );
        assert_eq!(
            check("text/plain; charset=nonsense", utf8),
            "Příliš žluťoučký kůň"
        );
        assert_eq!(check("text/plain", b"d\xe9j\xe0 vu"), "déjà vu");
        assert_eq!(
            check("text/html; charset=utf-8", b"<p>d\xe9j\xe0 vu</p>"),
            "déjà vu"
        );
        let encoded = "text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable";
        assert_eq!(check(encoded, b"k=C5=AF=\n=C5=88"), "kůň");
        let flowed = "text/plain; format=flowed; delsp=yes";
        assert_eq!(check(flowed, b"Kraft \nwerk\n"), "Kraftwerk");
    }

    #[test]
    fn messages_and_invitations_that_came_along_are_part_of_the_text() {
        let source = "Subject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n\
--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nFrom: a@x\nContent-Type: text/plain; charset=iso-8859-1\n\nInner caf\u{e9}\n\
--b\nContent-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:Stand-up\nDTSTART:20260701T080000Z\nEND:VEVENT\n--b--\n";
        let mail = read(source.as_bytes()).expect("a message");
        assert_eq!(
            mail.text,
            "See below.\n\nSubject: Grüße\nFrom: a@x\n\nInner café\n\nInvitation: Stand-up\nWhen: 2026-07-01 08:00 UTC"
        );
    }

    #[test]
    fn what_outlook_packs_is_unpacked() {
        let packed: String = tnef::tests::packed()
            .iter()
            .map(|byte| format!("={byte:02X}"))
            .collect();
        let mail = |text: &str| {
            let source = format!(
                "From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b\n\
                 Content-Type: application/ms-tnef; name=winmail.dat\nContent-Disposition: attachment\n\
                 Content-Transfer-Encoding: quoted-printable\n\n{packed}\n--b--\n"
            );
            read(source.as_bytes()).expect("a message")
        };
        let alone = mail("");
        assert_eq!(alone.subject, "Grüße");
        assert_eq!(alone.text, "The pump leaks oil.\nAda");
        assert_eq!(alone.attachments, ["pump plan.pdf", "oil.txt"]);
        assert_eq!(
            mail("The pump leaks oil.\n\nAda").text,
            "The pump leaks oil.\n\nAda"
        );
        assert_eq!(
            mail("See below.").text,
            "See below.\n\nThe pump leaks oil.\nAda"
        );
    }

    #[test]
    fn what_is_not_read_of_a_long_text_is_told() {
        let long = "leak ".repeat(20_000);
        let source = format!(
            "Subject: pump\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{}\n\
--b\nContent-Type: text/plain; name=pump.log\nContent-Disposition: attachment; filename=pump.log\n\n{long}\n--b--\n",
            long.repeat(11)
        );
        let mut notes = Notes::default();
        let mail = message("m.eml", 0, 7, source.as_bytes(), &mut notes).expect("a message");
        assert_eq!(mail.text.len(), MAX_TEXT_BYTES);
        let told = notes.groups.iter().map(|group| {
            let (place, value) = &group.places[0];
            format!("{place} {:?} {value}", group.subject)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ":7 Remark(\"attached text beyond 64 KiB not read\") pump.log",
                ":7 Remark(\"text beyond 1 MiB not read\") pump"
            ]
        );
    }

    #[test]
    fn the_texts_of_attachments_are_part_of_the_text_and_bounded() {
        let long = "leak ".repeat(20_000);
        let source = format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n\
--b\nContent-Type: text/plain; name=pump.log\nContent-Disposition: attachment; filename=pump.log\n\n{long}\n\
--b\nContent-Type: text/html\nContent-Disposition: attachment; filename=page.html\n\n<p>Oil &amp; rust</p>\n\
--b\nContent-Type: application/octet-stream; name=list.CSV\nContent-Transfer-Encoding: base64\n\nYSxi\n\
--b\nContent-Type: application/octet-stream; name=old.eml\nContent-Disposition: attachment\n\nSubject: Old\nContent-Type: text/plain\n\nInner\n\
--b\nContent-Type: image/png; name=p.png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
        );
        let mail = read(source.as_bytes()).expect("a message");
        assert_eq!(
            mail.attachments,
            ["pump.log", "page.html", "list.CSV", "old.eml", "p.png"]
        );
        let (log, rest) = mail
            .text
            .split_once("\n\nAttachment page.html")
            .expect("both");
        assert!(log.starts_with("See below.\n\nAttachment pump.log:\nleak leak"));
        assert_eq!(log.len(), 65_569);
        assert_eq!(
            rest,
            ":\nOil & rust\n\nAttachment list.CSV:\na,b\n\nAttachment old.eml:\nSubject: Old\n\nInner"
        );
    }

    #[test]
    fn a_mail_nested_without_end_is_read_to_a_bounded_depth() {
        let layers = "Subject: layer\nContent-Type: message/rfc822\n\n".repeat(12_000);
        let mail = read(layers.as_bytes()).expect("a message");
        assert_eq!(mail.text.matches("layer").count(), 5);
        let obscure = "Subject: layer\nContent-Type: message/(x)\n rfc822\n\n".repeat(12_000);
        assert!(read(obscure.as_bytes()).is_some());
    }

    #[test]
    fn a_date_that_is_not_understood_is_told_and_the_day_of_arrival_stands_for_it() {
        let source = b"Received: from x by y; Wed, 4 Mar 2026 11:00:00 +0000\nDate: soon\nSubject: x\n\nHi\n";
        let mut notes = Notes::default();
        let mail = message("m.eml", 0, 7, source, &mut notes).expect("a message");
        assert_eq!(mail.date, "2026-03-04T11:00:00Z");
        assert_eq!(
            notes.groups[0].places,
            [(Place::Line(7), "soon".to_owned())]
        );
    }

    #[test]
    fn a_text_whose_encoding_is_broken_in_places_is_read() {
        let source = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nvoil=C3=A0 a=b and =ZZ\n--b--\n";
        assert_eq!(read(source).expect("a message").text, "voilà a=b and =ZZ");
    }

    #[test]
    fn a_text_in_an_envelope_is_told() {
        let told = |kind: &str| {
            let source = format!("Subject: secret\nContent-Type: {kind}\n\nMIIx\n");
            let mut notes = Notes::default();
            message("m.eml", 0, 1, source.as_bytes(), &mut notes).expect("a message");
            !notes.is_empty()
        };
        assert!(told("application/pkcs7-mime; smime-type=enveloped-data"));
        assert!(told("multipart/encrypted; boundary=b"));
        assert!(told("application/pkcs7-mime; smime-type=signed-data"));
        assert!(!told("multipart/signed; boundary=b"));
    }
}
