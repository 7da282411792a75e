//! Any bytes as a stream of events, in two pieces at any place: what is read does not depend on where they were cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_gateway::events::{Event, Events, TooLarge};

const MAX_BYTES: usize = 1 << 16;

fn read(pieces: &[&[u8]]) -> Result<Vec<Event>, TooLarge> {
    let mut events = Events::new(MAX_BYTES);
    let mut all = Vec::new();
    for piece in pieces {
        all.extend(events.read(piece)?);
    }
    Ok(all)
}

fuzz_target!(|input: (u16, &[u8])| {
    let (cut, stream) = input;
    let (first, second) = stream.split_at(usize::from(cut).min(stream.len()));
    if let (Ok(whole), Ok(cut)) = (read(&[stream]), read(&[first, second])) {
        assert_eq!(whole, cut);
    }
});
