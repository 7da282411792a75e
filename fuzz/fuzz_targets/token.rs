//! Any text as a token, and any header, claims and signature made one: none is taken that the issuer has not signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mesh_fuzz::{Door, token};

static DOOR: LazyLock<Door> = LazyLock::new(Door::new);

fuzz_target!(|bytes: &[u8]| {
    DOOR.refuse(&String::from_utf8_lossy(bytes));
    DOOR.refuse(&token(bytes));
});
