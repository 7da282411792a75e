#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| mesh_fuzz::mails("mail/letter.eml", bytes));
