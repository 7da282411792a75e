use mesh_index::{Corpus, Kind, Linked, Mail, Record};
use mesh_tools::reading::Written;
use serde_json::json;

use super::{Row, known};

pub(super) fn row(corpus: &Corpus, mail: Mail) -> Option<Row> {
    let url = corpus.link(Linked::Mail(&mail));
    let record = [Record::Mail(mail)];
    let written = Written::of(&record, Kind::Mail)?;
    let [Record::Mail(mail)] = record else {
        return None;
    };
    let (name, address) = person(&mail.from);
    let recipients = mail.to.iter().chain(&mail.cc);
    let text = match mail.subject.trim().is_empty() && mail.text.trim().is_empty() {
        true => "",
        false => &written.text,
    };
    let columns = json!({
        "message_id": mail.id,
        "subject": mail.subject,
        "from_email": address,
        "from_name": name,
        "to_emails": recipients.map(|one| person(one).1).collect::<Vec<_>>(),
        "sent_at": known(&mail.date),
        "has_attachments": !mail.attachments.is_empty(),
        "body": mail.text,
        "metadata": {
            "cc": mail.cc,
            "priority": mail.priority,
            "attachments": mail.attachments,
            "path": written.path,
            "uri": written.uri,
            "url": url,
        },
    });
    Some(Row::new(text, columns, json!({})))
}

/// Name and address of `Name <address>`, or of either alone.
fn person(header: &str) -> (&str, &str) {
    let parts = header
        .trim()
        .strip_suffix('>')
        .and_then(|header| header.rsplit_once('<'));
    match parts {
        Some((name, address)) => (name.trim(), address.trim()),
        None if header.contains('@') => ("", header.trim()),
        None => (header.trim(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_a_name_or_an_address_or_both() {
        let both = person("Ann Lee <ann@example.com>");
        assert_eq!(both, ("Ann Lee", "ann@example.com"));
        assert_eq!(person("ann@example.com"), ("", "ann@example.com"));
        assert_eq!(person("<ann@example.com>"), ("", "ann@example.com"));
        assert_eq!(person("Ann Lee"), ("Ann Lee", ""));
    }
}
