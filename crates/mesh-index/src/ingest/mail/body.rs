//! What a mail client shows of a message's parts.

use std::collections::HashSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::headers::NESTED_SUBTYPE;
use super::message::people;
use super::{charset, flowed, headers, invitation};
use crate::ingest::html;

/// Messages are forwarded within messages this deep at most; beyond that they are attachments like others.
const MAX_DEPTH: usize = 8;

/// A plain part stands for a rich one when it has at least this many of a hundred of its words.
const MIN_COVERED_PERCENT: usize = 60;

/// The text, then the messages and invitations that came with it.
pub(super) fn text(message: &Message<'_>) -> String {
    shown(message, 0)
}

fn shown(message: &Message<'_>, depth: usize) -> String {
    let mut texts = vec![body(message)];
    for part in message.attachments() {
        if is_nested(part) && depth < MAX_DEPTH {
            texts.extend(forwarded(part.contents(), depth + 1));
        } else if is_calendar(part) {
            texts.push(invitation::text(&words(message, part)));
        }
    }
    texts.retain(|text| !text.is_empty());
    texts.join("\n\n")
}

/// The plain text, unless it leaves out what the rich one says: clients show that one.
fn body(message: &Message<'_>) -> String {
    let joined = |ids: &[u32]| {
        let parts = ids.iter().filter_map(|id| message.parts.get(*id as usize));
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
    let decoded = match &part.body {
        PartType::Text(decoded) | PartType::Html(decoded) => decoded.as_ref(),
        PartType::Binary(bytes) => return charset::text(bytes, None),
        _ => return String::new(),
    };
    let kind = part.content_type();
    let attribute = |name| kind.and_then(|kind| kind.attribute(name));
    let is = |name, value: &str| attribute(name).is_some_and(|is| is.eq_ignore_ascii_case(value));
    let text = match bytes(message, part) {
        Some(bytes) => charset::text(&bytes, attribute("charset")),
        None => decoded.to_owned(),
    };
    let text = match &part.body {
        PartType::Html(_) => html::plain(&text),
        _ if is("format", "flowed") => flowed::paragraphs(&text, is("delsp", "yes")),
        _ => text.replace("\r\n", "\n"),
    };
    text.trim().to_owned()
}

/// What the part holds, before any charset; `None` where it is not encoded as it says.
fn bytes(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let range = part.offset_body as usize..part.offset_end as usize;
    let raw = message.raw_message.get(range)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
    }
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
fn forwarded(raw: &[u8], depth: usize) -> Option<String> {
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
    let text = shown(&message, depth);
    Some(format!("{}\n\n{text}", head.join("\n")).trim().to_owned())
}
