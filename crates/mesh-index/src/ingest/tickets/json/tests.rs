use super::*;
use crate::ingest::tickets::tests::{all, field};

const ONE: &str = r#"{"key":"AB-1","fields":{"summary":"One","status":{"name":"Open"},"priority":{"name":"High"},
    "project":{"key":"ab"},"issuetype":{"name":"Bug"},"assignee":{"displayName":"Ada"},"reporter":null,
    "labels":["x"],"components":[{"name":"core"}],"created":"2024-01-15T10:30:00.000+0000",
    "comment":{"comments":[{"body":"first"}]},"description":null}}"#;

fn check(source: &str) -> Result<Vec<Ticket>, SkipReason> {
    let (read, tickets, _) = all("t.json", source.as_bytes());
    read.map(|()| tickets)
}

fn keys(source: &str) -> Vec<String> {
    let tickets = check(source).expect("an export");
    tickets.into_iter().map(|ticket| ticket.key).collect()
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
fn arrays_lines_and_pages_are_read_too() {
    assert_eq!(keys(r#"[{"key":"A-1"},{"key":"A-2"}]"#), ["A-1", "A-2"]);
    assert_eq!(
        keys("{\"key\":\"A-1\"}\n{\"key\":\"A-2\"}\n"),
        ["A-1", "A-2"]
    );
    assert_eq!(
        keys("{\"key\":\n\"A-1\"}\n{\"key\":\"A-2\"}"),
        ["A-1", "A-2"]
    );
    let page = |key: &str| format!(r#"{{"startAt":0,"issues":[{{"key":"{key}"}}],"names":{{}}}}"#);
    let (one, two) = (page("A-1"), page("A-2"));
    for pages in [
        format!("{one}{two}"),
        format!("{one}\n{two}\n"),
        format!("[{one},{two}]"),
    ] {
        assert_eq!(keys(&pages), ["A-1", "A-2"], "{pages}");
    }
    assert_eq!(keys("[]"), Vec::<String>::new());
    assert_eq!(keys(r#"{"issues":[],"isLast":true}"#), Vec::<String>::new());
}

#[test]
fn custom_fields_have_the_names_the_result_gives_wherever_it_gives_them() {
    let issues = r#""issues":[{"key":"A-1","fields":{"summary":"x","customfield_7":{"value":"Otters"},"customfield_8":5.5}}]"#;
    let names = r#""names":{"customfield_7":"Team","summary":"Summary"}"#;
    for source in [
        format!("{{{issues},{names}}}"),
        format!("{{{names},{issues}}}"),
    ] {
        let tickets = check(&source).expect("an export");
        let fields: Vec<_> = tickets[0]
            .fields
            .iter()
            .map(|field| (&field.name[..], &field.value[..]))
            .collect();
        assert_eq!(fields, [("Team", "Otters"), ("customfield_8", "5.5")]);
    }
}

#[test]
fn an_import_is_read_project_by_project() {
    let source = r#"{"users":[{"name":"ada"}],"projects":[
        {"name":"Pumps","issues":[
            {"externalId":"AB-7","summary":"Leak","status":"Open","issueType":"Bug","priority":"High","reporter":"ada",
             "labels":["oil"],"created":"2024-01-15T10:30:00.000+0000","fixedVersions":["2.0"],
             "comments":[{"author":"bob","body":"Seen","created":"2024-01-16T08:00:00.000+0000"}],
             "customFieldValues":[{"fieldName":"Root cause","fieldType":"x:textfield","value":"rust"}],
             "history":[{"author":"bob","created":"2024-01-17T08:00:00.000+0000","items":[{"field":"status","fromString":"New","toString":"Open"}]}]},
            {"summary":"nameless"}],
         "key":"ab"},
        {"key":"CD","issues":[{"key":"CD-1","externalId":9,"summary":"Drip"}]}],
        "links":[{"name":"blocks","sourceId":"AB-7","destinationId":"9"}]}"#;
    let (read, tickets, notes) = all("t.json", source.as_bytes());
    assert_eq!((read, notes.skipped()), (Ok(()), 1));
    let first = Ticket {
        key: "AB-7".to_owned(),
        summary: "Leak".to_owned(),
        status: "Open".to_owned(),
        priority: "High".to_owned(),
        project: "AB".to_owned(),
        issue_type: "Bug".to_owned(),
        reporter: "ada".to_owned(),
        labels: vec!["oil".to_owned()],
        created: "2024-01-15T10:30:00Z".to_owned(),
        comments: vec!["bob, 2024-01-16T08:00:00Z: Seen".to_owned()],
        fields: vec![
            field("fixedVersions", "2.0"),
            field("Root cause", "rust"),
            field(
                "history",
                "bob, 2024-01-17T08:00:00Z: status: New \u{2192} Open",
            ),
            field("blocks", "9"),
        ],
        path: "t.json".to_owned(),
        line: 1,
        ..Ticket::default()
    };
    assert_eq!(tickets[0], first);
    assert_eq!((&*tickets[1].key, &*tickets[1].project), ("CD-1", "CD"));
    assert_eq!(tickets[1].fields, [field("externalId", "9")]);
    let broken = br#"{"projects":[{"key":"AB","issues":[{"key":"AB-1"}]},{"issues":[{"key""#;
    let (read, tickets, _) = all("t.json", broken);
    assert_eq!(read, Err(SkipReason::BrokenTickets { line: 1 }));
    assert_eq!(tickets.len(), 1);
}

#[test]
fn a_cut_emoji_costs_a_character_and_no_ticket() {
    let halves: [&[u8]; 3] = [b"\\ud83d", b"\\ude00\\ud83dx", b"\xF0\x9F\x98"];
    for half in halves {
        let source = [
            b"[{\"key\":\"A-1\",\"summary\":\"left ",
            half,
            b" right\"},{\"key\":\"A-2\"}]",
        ]
        .concat();
        let (read, tickets, notes) = all("t.json", &source);
        assert_eq!(read, Ok(()));
        assert_eq!(tickets.len(), 2);
        let summary = &tickets[0].summary;
        assert!(summary.starts_with("left \u{fffd}") && summary.ends_with(" right"));
        assert_eq!((notes.groups.len(), notes.skipped()), (1, 0));
    }
    let whole = check(r#"[{"key":"A-1","summary":"\ud83d\ude00 \\ud83d"}]"#).expect("an export");
    assert_eq!(whole[0].summary, "\u{1f600} \\ud83d");
}

#[test]
fn a_record_that_is_not_json_is_named_and_the_others_are_read() {
    for bad in [
        r#"{"key":"A-2",}"#,
        r#"{"key":NaN}"#,
        r#"{"key" "A-2"}"#,
        "nothing",
        "{}",
    ] {
        let source = format!(r#"{{"issues":[{{"key":"A-1"}},{bad},{{"key":"A-3"}}]}}"#);
        let (read, tickets, notes) = all("t.json", source.as_bytes());
        assert_eq!(read, Ok(()), "{bad}");
        assert_eq!((tickets.len(), notes.skipped()), (2, 1), "{bad}");
        assert_eq!(notes.groups[0].places[0].0, place(2));
    }
}

#[test]
fn a_line_that_breaks_off_is_named_and_the_next_ones_are_read() {
    let source = b"{\"key\":\"A-1\"}\n{\"key\":\"A-2\",\"fields\":{\"summ\n\n{\"key\":\"A-3\"}\n";
    let (read, tickets, notes) = all("t.jsonl", source);
    assert_eq!(read, Ok(()));
    assert_eq!((tickets.len(), notes.skipped()), (2, 1));
}

#[test]
fn what_is_nested_too_deep_costs_its_own_ticket() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let source = format!(r#"[{{"key":"A-1","x":{deep}}},{{"key":"A-2"}}]"#);
    let (read, tickets, notes) = all("t.json", source.as_bytes());
    assert_eq!(read, Ok(()));
    assert_eq!((tickets.len(), notes.skipped()), (1, 1));
}

#[test]
fn what_came_before_the_break_is_kept_and_the_line_is_named() {
    let (read, tickets, _) = all("t", b"[{\"key\":\"A-1\"},\n{\"key\":");
    assert_eq!(read, Err(SkipReason::BrokenTickets { line: 2 }));
    assert_eq!(tickets.len(), 1);
    assert_eq!(
        check(r#"{"name":"not an issue"}"#),
        Err(SkipReason::NotTickets)
    );
    assert_eq!(check("{\"key\":"), Err(SkipReason::NotTickets));
}
