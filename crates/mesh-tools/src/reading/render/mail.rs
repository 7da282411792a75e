use mesh_index::{Kind, Mail};

use super::fact;
use crate::reading::{Address, Rendered};

pub(super) fn render(mail: &Mail) -> Rendered {
    let mut text = format!("# {}\n\n", mail.subject);
    fact(&mut text, "From", &mail.from);
    fact(&mut text, "To", &mail.to.join(", "));
    fact(&mut text, "Cc", &mail.cc.join(", "));
    fact(&mut text, "Date", &mail.date);
    fact(&mut text, "Attachments", &mail.attachments.join(", "));
    text.push_str(&format!("\n{}\n", mail.text.trim()));
    Rendered {
        address: Address::new(Kind::Mail, mail.id.clone()),
        title: mail.subject.clone(),
        path: format!("{}:{}", mail.path, mail.line),
        media_type: "text/markdown",
        text,
        marks: Vec::new(),
    }
}
