use std::io::Cursor;

use mesh_index::ingest::{Notes, SkipReason, mail, tickets as export};
use mesh_index::{Mail, Passage, Ticket};

/// # Panics
/// Where a passage could not be quoted or cited.
pub fn passages(read: Result<Vec<Passage>, SkipReason>) {
    for passage in read.into_iter().flatten() {
        assert!(!passage.id.is_empty());
        assert!(
            1 <= passage.line_start && passage.line_start <= passage.line_end,
            "{passage:?}"
        );
    }
}

/// # Panics
/// Where a mail has no name or no place.
pub fn mails(path: &str, bytes: &[u8]) {
    let mut check = |mail: Mail| assert!(!mail.id.is_empty() && mail.line >= 1, "{mail:?}");
    let _ = mail::read(path, bytes, &mut check, &mut Notes::default());
}

/// # Panics
/// Where a ticket has no key or no place.
pub fn tickets(path: &str, bytes: &[u8]) {
    let mut check =
        |ticket: Ticket| assert!(!ticket.key.is_empty() && ticket.line >= 1, "{ticket:?}");
    let _ = export::read(path, Cursor::new(bytes), &mut check, &mut Notes::default());
}
