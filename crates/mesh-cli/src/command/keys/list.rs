use std::fmt::Write as _;

use jiff::civil::Date;
use mesh_app::config::Switch;
use mesh_doors::keys::{Key, Keyring};
use serde_json::{Value, json};

pub(super) fn of(keys: &Keyring, today: Date, json: Switch) -> String {
    if json.is_on() {
        let keys: Vec<Value> = keys.keys().map(|key| object(key, today)).collect();
        return format!("{:#}", json!({"keys": keys}));
    }
    table(keys, today)
}

fn table(keys: &Keyring, today: Date) -> String {
    let mut text = String::new();
    for key in keys.keys() {
        let until = match key.expires {
            None => "does not expire".to_owned(),
            Some(last) if last < today => format!("expired after {last}"),
            Some(last) => format!("until {last}"),
        };
        let Key {
            name,
            id,
            created,
            last_four,
            ..
        } = key;
        writeln!(
            text,
            "{name:<32}  {id}  …{last_four}  created {created}  {until}"
        )
        .expect("writing to a string cannot fail");
    }
    if text.is_empty() {
        text.push_str("no key has been given out\n");
    }
    text
}

fn object(key: &Key, today: Date) -> Value {
    json!({
        "name": key.name,
        "id": key.id,
        "lastFour": key.last_four,
        "created": key.created,
        "expires": key.expires,
        "expired": key.expires.is_some_and(|last| last < today),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_key_that_has_expired_is_told_so() {
        let mut keys = Keyring::default();
        let (made, today) = (date(2026, 1, 2), date(2026, 11, 29));
        assert_eq!(of(&keys, today, Switch::Off), "no key has been given out\n");
        for last in [Some(date(2026, 11, 28)), Some(today), None] {
            keys.create("ci", made, last).expect("created");
        }
        let text = of(&keys, today, Switch::Off);
        let ends: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once("2026-01-02  "))
            .map(|(_, end)| end)
            .collect();
        assert_eq!(
            ends,
            [
                "expired after 2026-11-28",
                "until 2026-11-29",
                "does not expire"
            ]
        );
        let json: Value = serde_json::from_str(&of(&keys, today, Switch::On)).expect("JSON");
        assert_eq!(json["keys"][0]["expired"], true);
        assert_eq!(json["keys"][2]["expires"], Value::Null);
    }
}
