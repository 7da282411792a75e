//! Exports as CSV, whose first line names the columns.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    mesh_fuzz::tickets("tickets.csv", bytes);
    mesh_fuzz::tickets(
        "tickets.csv",
        &[b"Issue key,Summary,Created,Labels,Comment\n", bytes].concat(),
    );
});
