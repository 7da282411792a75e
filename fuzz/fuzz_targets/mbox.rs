//! Mailboxes, which begin with a separator.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| mesh_fuzz::mails(
    "mail/inbox.mbox",
    &[b"From a@b Mon Jan  1 00:00:00 2024\n", bytes].concat()
));
