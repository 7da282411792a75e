//! Tickets as JSON: a search result, an array of issues, or one value a line; only one issue is in memory at a time.

use std::fmt;
use std::io::{BufRead, BufReader};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::bounded::{Allowance, Bounded};
use super::issue;
use crate::ingest::lines::clamp;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

pub(super) fn read(
    path: &str,
    input: impl BufRead,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let allowance = Allowance::new();
    let mut export = Export {
        path,
        allowance: &allowance,
        seen: 0,
        found: 0,
        emit,
        notes,
    };
    let bounded = BufReader::new(Bounded::new(input, &allowance));
    let mut values = serde_json::Deserializer::from_reader(bounded);
    let mut read = Ok(());
    while read.is_ok() && values.end().is_err() {
        read = export.value(&mut values);
    }
    match read {
        Err(error) if export.found > 0 => Err(broken(&error)),
        Err(_) => Err(SkipReason::NotTickets),
        Ok(()) if export.found == 0 && export.seen > 0 => Err(SkipReason::NotTickets),
        Ok(()) => Ok(()),
    }
}

fn broken(error: &serde_json::Error) -> SkipReason {
    SkipReason::BrokenTickets {
        line: error.line() as u64,
    }
}

struct Export<'a> {
    path: &'a str,
    allowance: &'a Allowance,
    seen: usize,
    found: usize,
    emit: &'a mut dyn FnMut(Ticket),
    notes: &'a mut Notes,
}

impl Export<'_> {
    fn value<'de, D: Deserializer<'de>>(&mut self, values: D) -> Result<(), D::Error> {
        values.deserialize_any(self)
    }

    fn issue(&mut self, value: &Value) {
        self.allowance.renew();
        self.seen += 1;
        match issue::ticket(self.path, clamp(self.seen), value, self.notes) {
            Some(ticket) => {
                self.found += 1;
                (self.emit)(ticket);
            }
            None => {
                let place = Place::Nth("issue".into(), self.seen as u64);
                self.notes.skip(place, SkipReason::NotTickets);
            }
        }
    }
}

impl<'de> Visitor<'de> for &mut Export<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an issue, an array of issues, or a search result")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut issues: A) -> Result<(), A::Error> {
        while let Some(value) = issues.next_element::<Value>()? {
            self.issue(&value);
        }
        Ok(())
    }

    /// A search result is known by its `issues`; without them the map is an issue itself.
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut is_result = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == "issues" {
                is_result = true;
                fields.next_value_seed(&mut *self)?;
            } else {
                rest.insert(name, fields.next_value()?);
            }
        }
        if !is_result {
            self.issue(&Value::Object(rest));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Export<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, values: D) -> Result<(), D::Error> {
        values.deserialize_seq(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"key":"AB-1","fields":{"summary":"One","status":{"name":"Open"},"priority":{"name":"High"},
        "project":{"key":"ab"},"issuetype":{"name":"Bug"},"assignee":{"displayName":"Ada"},"reporter":null,
        "labels":["x"],"components":[{"name":"core"}],"created":"2024-01-15T10:30:00.000+0000",
        "comment":{"comments":[{"body":"first"}]},"description":null}}"#;

    fn check(source: &str) -> Result<Vec<Ticket>, SkipReason> {
        let mut tickets = Vec::new();
        crate::ingest::tickets::read(
            "t.json",
            source.as_bytes(),
            &mut |ticket| tickets.push(ticket),
            &mut Notes::default(),
        )
        .map(|()| tickets)
    }

    #[test]
    fn an_issue_is_read_field_by_field() {
        let tickets =
            check(&format!(r#"{{"startAt":0,"issues":[{ONE}],"total":1}}"#)).expect("an export");
        let expected = Ticket {
            key: "AB-1".to_owned(),
            summary: "One".to_owned(),
            status: "Open".to_owned(),
            priority: "High".to_owned(),
            project: "AB".to_owned(),
            issue_type: "Bug".to_owned(),
            assignee: "Ada".to_owned(),
            labels: vec!["x".to_owned()],
            components: vec!["core".to_owned()],
            created: "2024-01-15T10:30:00Z".to_owned(),
            comments: vec!["first".to_owned()],
            path: "t.json".to_owned(),
            line: 1,
            ..Ticket::default()
        };
        assert_eq!(tickets, [expected]);
    }

    #[test]
    fn arrays_and_lines_are_read_too() {
        let keys = |source: &str| -> Vec<String> {
            let tickets = check(source).expect("an export");
            tickets.into_iter().map(|ticket| ticket.key).collect()
        };
        assert_eq!(keys(r#"[{"key":"A-1"},{"key":"A-2"}]"#), ["A-1", "A-2"]);
        assert_eq!(
            keys("{\"key\":\"A-1\"}\n{\"key\":\"A-2\"}\n"),
            ["A-1", "A-2"]
        );
        assert_eq!(keys("[]"), Vec::<String>::new());
    }

    #[test]
    fn what_came_before_the_break_is_kept_and_the_line_is_named() {
        let mut tickets = Vec::new();
        let read = crate::ingest::tickets::read(
            "t",
            &b"[{\"key\":\"A-1\"},\n{\"key\":"[..],
            &mut |t| tickets.push(t),
            &mut Notes::default(),
        );
        assert_eq!(read, Err(SkipReason::BrokenTickets { line: 2 }));
        assert_eq!(tickets.len(), 1);
        assert_eq!(
            check(r#"{"name":"not an issue"}"#),
            Err(SkipReason::NotTickets)
        );
    }
}
