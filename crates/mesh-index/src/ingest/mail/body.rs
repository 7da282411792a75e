//! What a mail client shows of a message's parts, and what is written in those that it lists as attachments.

use std::collections::HashSet;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use super::headers::NESTED_SUBTYPE;
use super::message::people;
use super::{charset, flowed, headers, invitation, tnef, transfer};
use crate::ingest::{decode, html};

/// Messages are read within messages this deep; beyond that they are attachments like others. Each level is a copy of all
/// that it holds.
const MAX_DEPTH: usize = 5;

/// As much of an attached text is read: what is beyond is a log.
const MAX_ATTACHED_BYTES: usize = 64 * 1024;

/// A plain part stands for a rich one when it has at least this many of a hundred of its words.
const MIN_COVERED_PERCENT: usize = 60;

/// Is told the name of each attached text of which not all is read.
pub(super) type Cut<'a> = dyn FnMut(&str) + 'a;

/// The text, then the messages, invitations and texts that came with it.
pub(super) fn text(message: &Message<'_>, cut: &mut Cut<'_>) -> String {
    shown(message, 0, cut)
}

fn shown(message: &Message<'_>, depth: usize, cut: &mut Cut<'_>) -> String {
    let mut texts = vec![body(message)];
    for part in message.attachments() {
        if is_nested(part) && depth < MAX_DEPTH {
            texts.extend(forwarded(part.contents(), depth + 1, cut));
        } else if is_calendar(part) {
            texts.push(invitation::text(&words(message, part)));
        } else if is_broken_text(part) {
            texts.push(words(message, part));
        } else if let Some(packed) = packed(message, part) {
            // Most often the same message stands beside it as plain text.
            texts.extend(Some(packed.text).filter(|text| !covers(&texts[0], text)));
        } else if is_saved_message(part) && depth < MAX_DEPTH {
            let raw = transfer::decoded(message, part);
            let text = forwarded(&raw, depth + 1, cut);
            texts.extend(text.map(|text| named(part, &text, cut)));
        } else if is_text(part) {
            texts.push(named(part, &words(message, part), cut));
        }
    }
    texts.retain(|text| !text.is_empty());
    texts.join("\n\n")
}

/// What Outlook packed into a file of its own.
pub(super) fn packed(message: &Message<'_>, part: &MessagePart<'_>) -> Option<tnef::Packed> {
    let kind = part.content_type().and_then(|kind| kind.subtype());
    let name = part.attachment_name().unwrap_or_default();
    let is_packed =
        matches!(kind, Some("ms-tnef" | "vnd.ms-tnef")) || name.eq_ignore_ascii_case("winmail.dat");
    is_packed.then(|| tnef::read(&transfer::decoded(message, part)))?
}

/// The text of an attachment under its name.
fn named(part: &MessagePart<'_>, text: &str, cut: &mut Cut<'_>) -> String {
    let name = part.attachment_name().unwrap_or_default();
    if text.len() > MAX_ATTACHED_BYTES {
        cut(name);
    }
    let text = text[..text.floor_char_boundary(MAX_ATTACHED_BYTES)].trim();
    match (name, text) {
        (_, "") => String::new(),
        ("", text) => text.to_owned(),
        (name, text) => format!("Attachment {name}:\n{text}"),
    }
}

/// The plain text, unless it leaves out what the rich one says: clients show that one.
fn body(message: &Message<'_>) -> String {
    let joined = |ids: &[u32]| {
        let parts = ids.iter().filter_map(|id| message.parts.get(*id as usize));
        let parts = parts.filter(|part| part.is_text());
        let texts = parts.map(|part| words(message, part));
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        texts.join("\n\n")
    };
    let plain = joined(&message.text_body);
    if message.html_body == message.text_body {
        return plain;
    }
    let rich = joined(&message.html_body);
    if covers(&plain, &rich) { plain } else { rich }
}

fn covers(plain: &str, rich: &str) -> bool {
    let plain: HashSet<&str> = split(plain).collect();
    let (mut all, mut covered) = (0, 0);
    for word in split(rich) {
        all += 1;
        covered += usize::from(plain.contains(word));
    }
    covered * 100 >= all * MIN_COVERED_PERCENT
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The text of a part; empty where it is no text.
fn words(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let kind = part.content_type();
    let attribute = |name| kind.and_then(|kind| kind.attribute(name));
    let is = |name, value: &str| attribute(name).is_some_and(|is| is.eq_ignore_ascii_case(value));
    let bytes = transfer::decoded(message, part);
    let text = match attribute("charset") {
        None if is_html(part) => decode::html(&bytes).unwrap_or_default().into_owned(),
        charset => charset::text(&bytes, charset),
    };
    let text = match is_html(part) {
        true => html::plain(&text),
        false if is("format", "flowed") => flowed::paragraphs(&text, is("delsp", "yes")),
        false => text.replace("\r\n", "\n"),
    };
    text.trim().to_owned()
}

fn is_html(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type().and_then(|kind| kind.subtype());
    kind == Some("html") || (!is_said_to_be_text(part) && ends_with(part, &["html", "htm"]))
}

/// Programs attach text as bytes of any kind; then its name tells.
fn is_text(part: &MessagePart<'_>) -> bool {
    const ENDINGS: [&str; 8] = ["txt", "text", "md", "log", "csv", "tsv", "html", "htm"];
    is_said_to_be_text(part) || ends_with(part, &ENDINGS)
}

fn is_said_to_be_text(part: &MessagePart<'_>) -> bool {
    let is_text = |kind: &mail_parser::ContentType<'_>| kind.ctype() == "text";
    part.content_type().is_some_and(is_text)
}

fn is_saved_message(part: &MessagePart<'_>) -> bool {
    ends_with(part, &["eml"])
}

fn ends_with(part: &MessagePart<'_>, endings: &[&str]) -> bool {
    let name = part.attachment_name().unwrap_or_default();
    let (_, ending) = name.rsplit_once('.').unwrap_or_default();
    endings.contains(&&*ending.to_ascii_lowercase())
}

/// A text that the parser puts aside, since its encoding is broken in places.
fn is_broken_text(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type();
    let is_text = kind.is_none_or(|kind| {
        kind.ctype() == "text" && matches!(kind.subtype(), Some("plain" | "html"))
    });
    part.is_encoding_problem && is_text
}

fn is_nested(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type();
    kind.is_some_and(|kind| kind.ctype() == "message" && kind.subtype() == Some(NESTED_SUBTYPE))
}

fn is_calendar(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type().and_then(|kind| kind.subtype());
    let name = part.attachment_name().unwrap_or_default();
    matches!(kind, Some("calendar" | "ics")) || name.to_ascii_lowercase().ends_with(".ics")
}

/// A message within another one, under the headers a reader sees.
fn forwarded(raw: &[u8], depth: usize, cut: &mut Cut<'_>) -> Option<String> {
    let raw = headers::plain(raw);
    let message = MessageParser::default().parse(&raw)?;
    let from = people(message.from()).join(", ");
    let date = message.date().map(mail_parser::DateTime::to_rfc3339);
    let lines = [
        ("Subject", message.subject().unwrap_or_default().trim()),
        ("From", &from),
        ("Date", date.as_deref().unwrap_or_default()),
    ];
    let head: Vec<String> = lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let text = shown(&message, depth, cut);
    Some(format!("{}\n\n{text}", head.join("\n")).trim().to_owned())
}
