//! Any JSON as a definition or a result of another server's: what is not changed stays as it was, byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_gateway::raw::Members;
use serde_json::Value;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    let Ok(object) = serde_json::from_str::<&RawValue>(text) else {
        return;
    };
    let Some(mut members) = Members::of(object) else {
        return;
    };
    let before: Vec<_> = members.0.clone();
    members.set("name", &Value::from("another"));
    let written = members.write();
    let after = Members::of(&written).expect("an object");
    assert_eq!(after.text("name").as_deref(), Some("another"));
    for ((name, value), (known, kept)) in before.iter().zip(&after.0) {
        assert_eq!(name, known);
        assert!(name == "name" || value == kept, "{name}: {value} became {kept}");
    }
    let mut again = Members::of(&written).expect("an object");
    again.remove("name");
    assert!(again.get("name").is_none());
});
