//! Which lines are genuine is told from the end of a chain backwards: a line says which one was before it, so what is put in or
//! changed is not on the way.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::digest::{canonical, sha256};
use super::{ChainReport, Fault, Flaw, Head, Report};

/// Reads lines as they were written, of any number of chains mixed. `anchor` gives the head that was kept elsewhere of the chain
/// of an environment and an instance.
pub fn verify<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    anchor: impl Fn(&str, &str) -> Option<Head>,
) -> Report {
    let mut report = Report::default();
    let mut chains: BTreeMap<(String, String), Vec<Line>> = BTreeMap::new();
    for (nth, text) in lines.into_iter().enumerate() {
        report.lines = nth + 1;
        match Line::read(nth + 1, text.trim_end()) {
            Some((chain, line)) => {
                report.began = report.began.into_iter().chain(line.at).min();
                chains.entry(chain).or_default().push(line);
            }
            None => report.unreadable = report.unreadable.or(Some(nth + 1)),
        }
    }
    let chains = chains.into_iter().map(|((environment, instance), lines)| {
        let anchor = anchor(&environment, &instance);
        chain(environment, instance, &lines, anchor.as_ref())
    });
    report.chains = chains.collect();
    report
}

#[derive(Debug)]
struct Line {
    /// In the input, from 1.
    place: usize,
    seq: u64,
    at: Option<Timestamp>,
    prev: String,
    hash: String,
    /// Its hash is that of what it says.
    is_sound: bool,
}

impl Line {
    /// Nothing where it is no line of a chain.
    fn read(place: usize, text: &str) -> Option<((String, String), Self)> {
        let mut members: Map<String, Value> = serde_json::from_str(text).ok()?;
        // A member that is written twice reads differently elsewhere.
        let is_as_written = serde_json::to_string(&members).is_ok_and(|written| written == text);
        let word = |members: &Map<String, Value>, name: &str| {
            Some(members.get(name)?.as_str()?.to_owned())
        };
        let chain = (word(&members, "environment")?, word(&members, "instance")?);
        let line = Self {
            place,
            seq: members.get("seq")?.as_u64().filter(|seq| *seq > 0)?,
            at: word(&members, "at").and_then(|at| at.parse().ok()),
            prev: word(&members, "prev")?,
            hash: word(&members, "hash")?,
            is_sound: false,
        };
        members.shift_remove("hash");
        let is_sound = is_as_written && sha256(&canonical(&Value::Object(members))) == line.hash;
        Some((chain, Self { is_sound, ..line }))
    }
}

fn chain(
    environment: String,
    instance: String,
    lines: &[Line],
    anchor: Option<&Head>,
) -> ChainReport {
    let genuine = genuine(lines);
    let ends = genuine.values().next().zip(genuine.values().last());
    let fault = first_fault(lines, &genuine).or_else(|| beyond(anchor?, &genuine));
    ChainReport {
        environment,
        instance,
        first: ends.map_or(0, |(first, _)| first.seq),
        last: ends.map_or_else(
            || Head {
                seq: 0,
                hash: String::new(),
            },
            |(_, last)| Head {
                seq: last.seq,
                hash: last.hash.clone(),
            },
        ),
        is_anchored: anchor.is_some(),
        fault,
    }
}

/// One line for each number: those that the lines behind them lead to, from the last one backwards, and where a line is missing
/// again from the last one before it.
fn genuine(lines: &[Line]) -> BTreeMap<u64, &Line> {
    let mut known = HashMap::new();
    for line in lines.iter().filter(|line| line.is_sound) {
        known.entry(line.hash.as_str()).or_insert(line);
    }
    let mut candidates: Vec<_> = known.values().copied().collect();
    candidates.sort_by_key(|line| (std::cmp::Reverse(line.seq), line.place));
    let mut genuine: BTreeMap<u64, &Line> = BTreeMap::new();
    for candidate in candidates {
        let lowest = genuine.keys().next().copied();
        if lowest.is_some_and(|lowest| candidate.seq >= lowest) {
            continue;
        }
        let mut line = Some(candidate);
        while let Some(found) = line {
            genuine.insert(found.seq, found);
            let before = known.get(found.prev.as_str()).copied();
            line = before.filter(|before| before.seq + 1 == found.seq);
        }
    }
    genuine
}

fn first_fault(lines: &[Line], genuine: &BTreeMap<u64, &Line>) -> Option<Fault> {
    let strange = lines.iter().filter_map(|line| {
        let is_genuine = genuine
            .get(&line.seq)
            .is_some_and(|genuine| genuine.place == line.place);
        let flaw = match line.is_sound {
            false => Flaw::Changed,
            true => Flaw::Inserted,
        };
        (!is_genuine).then_some((line.place, flaw))
    });
    let broken = genuine
        .values()
        .zip(genuine.values().skip(1))
        .filter_map(|(before, line)| match line.seq - before.seq {
            1 if line.prev == before.hash => None,
            // What follows it was written behind another one.
            1 => Some((before.place, Flaw::Changed)),
            _ => {
                let (from, to) = (before.seq + 1, line.seq - 1);
                Some((line.place, Flaw::Removed { from, to }))
            }
        });
    let mut places: Vec<_> = genuine.values().map(|line| line.place).collect();
    places.sort_unstable();
    let moved = genuine
        .values()
        .zip(places)
        .find(|(line, place)| line.place != *place)
        .map(|(_, place)| (place, Flaw::Moved));
    let (line, flaw) = strange.chain(broken).chain(moved).min()?;
    Some(Fault { line, flaw })
}

/// What only the anchor tells.
fn beyond(anchor: &Head, genuine: &BTreeMap<u64, &Line>) -> Option<Fault> {
    let (last, line) = genuine.last_key_value()?;
    if anchor.seq > *last {
        let anchored = anchor.seq;
        return Some(Fault {
            line: line.place,
            flaw: Flaw::CutOff { anchored },
        });
    }
    let (first, line) = genuine.first_key_value()?;
    if anchor.seq < *first {
        // Lines before are in other files: then the first of these follows what was anchored, or some are missing between.
        let follows = anchor.seq + 1 < *first || line.prev == anchor.hash;
        return (!follows).then_some(Fault {
            line: line.place,
            flaw: Flaw::Replaced,
        });
    }
    let anchored = genuine.get(&anchor.seq)?;
    (anchored.hash != anchor.hash).then_some(Fault {
        line: anchored.place,
        flaw: Flaw::Replaced,
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use mesh_core::Effect;

    use super::super::{Anchored, Chain, Decision, Entry, Outcome};
    use super::*;

    fn entry(tool: &str) -> Entry<'_> {
        Entry {
            at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_123),
            caller: "key:ci",
            team: Some("readers"),
            tool,
            effect: Effect::Read,
            decision: Decision::Allowed,
            arguments: "7:00",
            duration: Duration::from_millis(12),
            outcome: Outcome::Answered,
            request_id: "1-2",
        }
    }

    fn written(chain: &mut Chain, count: usize) -> Vec<String> {
        (0..count)
            .map(|nth| chain.append(&entry(&format!("tool_{nth}"))))
            .collect()
    }

    fn ten() -> (Vec<String>, Head) {
        let mut chain = Chain::new("prod", "one");
        let lines = written(&mut chain, 10);
        (lines, chain.head().clone())
    }

    fn verified(lines: &[String], anchor: Option<&Head>) -> Report {
        verify(lines.iter().map(String::as_str), |_, _| anchor.cloned())
    }

    /// The one fault of the one chain.
    fn fault(lines: &[String], anchor: Option<&Head>) -> Option<(usize, Flaw)> {
        let report = verified(lines, anchor);
        assert_eq!(report.chains.len(), 1);
        let fault = report.chains[0].fault.clone()?;
        assert!(!report.is_whole());
        Some((fault.line, fault.flaw))
    }

    /// The line as somebody would write it who knows how hashes are made.
    fn forged(line: &str, tool: &str) -> String {
        let mut members: Map<String, Value> = serde_json::from_str(line).expect("a line");
        members.insert("tool".to_owned(), tool.into());
        members.shift_remove("hash");
        let hash = sha256(&canonical(&Value::Object(members.clone())));
        members.insert("hash".to_owned(), hash.into());
        serde_json::to_string(&members).expect("a line")
    }

    #[test]
    fn a_line_says_what_was_decided() {
        let mut chain = Chain::new("prod", "one");
        let refused = Entry {
            team: None,
            decision: Decision::Refused("policy"),
            outcome: Outcome::None,
            ..entry("call")
        };
        let line = chain.append(&refused);
        let (begin, hash) = line.rsplit_once(r#","hash":"#).expect("a hash");
        assert_eq!(
            begin,
            r#"{"seq":1,"environment":"prod","instance":"one","at":"2027-01-15T08:00:00.123Z","caller":"key:ci","team":null,"tool":"call","effect":"read","decision":"refused: policy","arguments":"7:00","duration_ms":12,"outcome":null,"request_id":"1-2","prev":"""#
        );
        assert_eq!(hash, format!("\"{}\"}}", chain.head().hash));
    }

    #[test]
    fn what_was_written_is_whole() {
        let (lines, head) = ten();
        let report = verified(&lines, Some(&head));
        assert!(report.is_whole(), "{report:?}");
        let chain = &report.chains[0];
        assert_eq!((report.lines, chain.first, &chain.last), (10, 1, &head));
        // Of a chain that is kept for some days only the first lines go.
        let later = verified(&lines[4..], Some(&head));
        assert!(later.is_whole(), "{later:?}");
        assert_eq!(later.chains[0].first, 5);
        assert!(verified(&[], None).is_whole());
    }

    #[test]
    fn chains_may_be_mixed() {
        let mut chains = [Chain::new("prod", "one"), Chain::new("prod", "two")];
        let mut lines = Vec::new();
        for nth in [0, 1, 1, 0, 1] {
            lines.extend(written(&mut chains[nth], 2));
        }
        assert!(verified(&lines, None).is_whole());
        lines.remove(5);
        let report = verified(&lines, None);
        let faults: Vec<_> = report.chains.iter().map(|chain| &chain.fault).collect();
        let removed = Fault {
            line: 8,
            flaw: Flaw::Removed { from: 4, to: 4 },
        };
        assert_eq!(faults, [&None, &Some(removed)]);
    }

    #[test]
    fn a_changed_line_is_named_whatever_was_changed() {
        let (lines, _) = ten();
        let members: Map<String, Value> = serde_json::from_str(&lines[4]).expect("a line");
        for name in members.keys() {
            if ["environment", "instance"].contains(&name.as_str()) {
                continue;
            }
            let mut members = members.clone();
            members[name] = match &members[name] {
                Value::Number(number) => (number.as_u64().expect("a count") + 90).into(),
                _ => "other".into(),
            };
            let mut lines = lines.clone();
            lines[4] = serde_json::to_string(&members).expect("a line");
            assert_eq!(fault(&lines, None), Some((5, Flaw::Changed)), "{name}");
        }
        for (old, new) in [
            (r#""decision""#, r#""decision":"refused","decision""#),
            (r#""outcome""#, r#""more":1,"outcome""#),
            (r#","outcome":"answered""#, ""),
            (r#""seq":5"#, r#""seq": 5"#),
        ] {
            let mut lines = lines.clone();
            lines[4] = lines[4].replace(old, new);
            assert_eq!(fault(&lines, None), Some((5, Flaw::Changed)), "{new}");
        }
        let mut lines = lines;
        lines[4] = forged(&lines[4], "other");
        assert_eq!(fault(&lines, None), Some((5, Flaw::Changed)));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for other in ["", "{", "[]", "{}", r#"{"seq":"5"}"#] {
            let (mut lines, _) = ten();
            lines[4] = other.to_owned();
            let report = verified(&lines, None);
            assert_eq!(report.unreadable, Some(5), "{other}");
            assert!(!report.is_whole());
        }
    }

    #[test]
    fn removed_inserted_and_moved_lines_are_named() {
        let (lines, head) = ten();
        for nth in 1..9 {
            let mut removed = lines.clone();
            removed.remove(nth);
            let seq = nth as u64 + 1;
            let expected = Some((nth + 1, Flaw::Removed { from: seq, to: seq }));
            assert_eq!(fault(&removed, Some(&head)), expected);

            let mut copied = lines.clone();
            copied.insert(nth + 1, lines[nth - 1].clone());
            assert_eq!(fault(&copied, None), Some((nth + 2, Flaw::Inserted)));

            let mut put_in = lines.clone();
            put_in.insert(nth, forged(&lines[nth], "other"));
            assert_eq!(fault(&put_in, None), Some((nth + 1, Flaw::Inserted)));

            let mut swapped = lines.clone();
            swapped.swap(nth - 1, nth);
            assert_eq!(fault(&swapped, None), Some((nth, Flaw::Moved)));
        }
        let mut several = lines;
        several.drain(2..5);
        assert_eq!(
            fault(&several, None),
            Some((3, Flaw::Removed { from: 3, to: 5 }))
        );
        several[5] = forged(&several[5], "other");
        several.remove(0);
        assert_eq!(
            fault(&several, None),
            Some((2, Flaw::Removed { from: 3, to: 5 }))
        );
    }

    #[test]
    fn lines_that_do_not_follow_what_was_anchored_are_named() {
        let (lines, _) = ten();
        let genuine = Head {
            seq: 4,
            hash: serde_json::from_str::<Value>(&lines[3]).expect("a line")["hash"]
                .as_str()
                .expect("a hash")
                .to_owned(),
        };
        let rest = &lines[4..];
        assert!(verified(rest, Some(&genuine)).is_whole());
        let other = Head {
            seq: 4,
            hash: "0".repeat(64),
        };
        let report = verified(rest, Some(&other));
        let fault = report.chains[0].fault.as_ref().expect("a fault");
        assert_eq!((fault.line, fault.flaw), (1, Flaw::Replaced));
    }

    #[test]
    fn a_chain_of_which_no_line_is_left_is_missed() {
        let began = Timestamp::from_millisecond(1_800_000_000_123).expect("a moment");
        let kept = |environment: &str, instance: &str, at: Timestamp| {
            let (_, head) = ten();
            let chain = (environment.to_owned(), instance.to_owned());
            BTreeMap::from([(chain, Anchored { head, at })])
        };
        let heads = |environment: &str, instance: &str| kept(environment, instance, began);
        let (lines, _) = ten();
        let gone = |lines: &[String], heads: &BTreeMap<(String, String), Anchored>| {
            let mut report = verified(lines, None);
            report.miss(heads);
            assert_eq!(report.is_whole(), report.gone.is_empty());
            report
                .gone
                .into_iter()
                .map(|gone| (gone.instance, gone.anchored))
                .collect::<Vec<_>>()
        };
        let two = [("two".to_owned(), 10)];
        assert_eq!(gone(&lines, &heads("prod", "one")), []);
        assert_eq!(gone(&lines, &heads("prod", "two")), two);
        assert_eq!(gone(&lines, &heads("staging", "two")), []);
        assert_eq!(gone(&[], &heads("prod", "two")), two);
        // All its lines may be older than those that are there.
        let before = began - Duration::from_millis(1);
        assert_eq!(gone(&lines, &kept("prod", "two", before)), []);
    }

    #[test]
    fn only_an_anchor_tells_that_the_end_is_gone() {
        let (lines, head) = ten();
        for left in 1..10 {
            assert_eq!(fault(&lines[..left], None), None);
            let cut = Some((left, Flaw::CutOff { anchored: 10 }));
            assert_eq!(fault(&lines[..left], Some(&head)), cut);
        }
        let mut other = Chain::new("prod", "one");
        let other = written(&mut other, 12)
            .iter()
            .map(|line| line.replace("tool_0", "tool_9"))
            .collect::<Vec<_>>();
        assert!(fault(&other, Some(&head)).is_some());
        let mut replaced = Chain::new("prod", "one");
        let mut lines = vec![replaced.append(&entry("another"))];
        lines.extend(written(&mut replaced, 11));
        assert_eq!(fault(&lines, Some(&head)), Some((10, Flaw::Replaced)));
    }
}
