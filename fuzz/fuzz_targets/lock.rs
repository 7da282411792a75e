//! Any text as a lock: what is read of it is written as it was, and differs in nothing from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_gateway::lock::{Lock, diff};

fuzz_target!(|text: &str| {
    let Ok(lock) = Lock::parse(text) else {
        return;
    };
    let written = lock.write();
    assert_eq!(Lock::parse(&written).as_ref(), Ok(&lock));
    let approved: Vec<_> = lock
        .upstreams()
        .filter_map(|(_, locked)| locked.ok())
        .collect();
    for one in &approved {
        assert_eq!(diff(one, one), []);
        for other in &approved {
            assert!(one != other || diff(one, other).is_empty());
        }
    }
});
