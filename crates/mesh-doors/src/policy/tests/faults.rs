use super::*;

fn faults(text: &str) -> Vec<String> {
    let faults = Policy::parse(text).expect_err("refused");
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let text = "\
teams = 1
[team.\"a b\"]
reads = []
members = [\"ada\"]
[team.b]
members = \"local\"
read = [7, \"search tickets\", \"family:\", \"family:*\"]
limits.read.per_minute = 0
limits.talk = {}
limits.write = { request_bytes = 1, result_bytes = 67108865, bytes = 2 }
[team.b.arguments.search]
q = []
[team.c]
";
    assert_eq!(
        faults(text),
        [
            "line 1: `teams` is nothing that a policy has: it has teams, as `[team.NAME]`",
            "line 2: a team's name has 1 to 64 characters of `A-Z a-z 0-9 _ - .`",
            "line 3: `reads` is nothing that a team has: it has members, claims, read, write, spend, deny, resources, \
             prompts, arguments and limits",
            "line 4: `ada` must be `local`, `bearer`, `key:ID`, `arn:aws:…`, `jwt:SUBJECT@ISSUER` or `*`",
            "line 6: `members` must be a list",
            "line 7: `read` must be a list of texts",
            "line 7: `search tickets` is no name of a tool, no pattern of names (`*` stands for any characters) and no \
             `family:NAME`",
            "line 7: `family:` must name a family, as in `family:mail`",
            "line 7: `family:*` is no family: one is named in full, without `*`",
            "line 8: `per_minute` must be a whole number from 1 to 1000000",
            "line 9: `talk` has no limit: `read`, `write` and `spend` have",
            "line 10: `bytes` is nothing that a limit has: it has per_minute, concurrent, request_bytes and result_bytes",
            "line 10: `request_bytes` must be a whole number from 2 to 67108864",
            "line 10: `result_bytes` must be a whole number from 2 to 67108864",
            "line 12: `q` must name a value",
            "line 13: nobody is in the team `c`: it needs `members` or `claims`",
        ]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let told = faults("[team.a]\nmembers = [\"local\"\nread = [\"*\"]\n");
    assert!(
        told.iter().all(|fault| fault.starts_with("line ")),
        "{told:?}"
    );
    let twice = faults("[team.a]\nmembers = []\nmembers = []\n");
    assert_eq!(twice, ["line 3: duplicate key"]);
}

#[test]
fn a_member_that_can_never_call_is_refused() {
    for (member, expected) in [
        ("arn:aws:iam::123456789012:role/x", "never calls"),
        (
            "arn:aws:sts::123456789012:assumed-role/x/*",
            "names a session",
        ),
        ("arn:aws:sts", "is no ARN"),
        ("jwt:ada", "must say whose token"),
        ("jwt:@https://id.example.com", "must be `local`"),
        ("key:", "must be `local`"),
        ("", "must be `local`"),
        ("Local", "must be `local`"),
    ] {
        let told = faults(&format!("[team.a]\nmembers = [\"{member}\"]"));
        assert!(told[0].contains(expected), "{told:?}");
    }
}

#[test]
fn claims_of_any_issuer_are_refused() {
    assert_eq!(
        faults("[team.a]\nclaims = { groups = [\"support\"] }"),
        ["line 2: `claims` must say who has to have issued the token: `iss = [\"https://…\"]`"]
    );
}

#[test]
fn a_constraint_says_which_arguments_and_values() {
    for text in [
        "arguments = []",
        "arguments.search = {}",
        "arguments.search.q = \"x\"",
        "arguments.search.q = [1.5]",
        "arguments.search.q = [\"\"]",
        "arguments.\"search tickets\".q = [\"x\"]",
    ] {
        let text = format!("[team.a]\nmembers = []\n{text}");
        assert_eq!(faults(&text).len(), 1, "{text}");
    }
}

#[test]
fn a_file_has_bounds() {
    let large = format!("# {}", "x".repeat(1 << 20));
    assert_eq!(faults(&large), ["line 1: the file has more than 1 MiB"]);
    let teams: String = (0..1001)
        .map(|at| format!("[team.t{at}]\nmembers = []\n"))
        .collect();
    assert!(faults(&teams)[0].contains("more than 1000 teams"));
    let long = format!("[team.a]\nmembers = []\nread = [\"{}\"]", "x".repeat(600));
    assert!(faults(&long)[0].ends_with("must have 1 to 512 bytes"));
    let stars: Vec<_> = (0..101).map(|at| format!("\"*{at}\"")).collect();
    let stars = format!("[team.a]\nmembers = []\nread = [{}]", stars.join(","));
    assert!(faults(&stars)[0].contains("more than 100 patterns"));
}

#[test]
fn more_faults_than_anyone_reads_are_counted() {
    let wrong = "x = 1\n";
    let text: String = (0..60).map(|at| format!("y{at}{wrong}")).collect();
    let faults = Policy::parse(&text).expect_err("refused");
    assert_eq!(faults.iter().count(), 50);
    assert!(faults.to_string().ends_with("\nand 10 more"));
}

#[test]
fn deep_nesting_is_refused() {
    for text in [
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("[{}]", "a.".repeat(100_000)),
        "[[team]]\n".repeat(10_000),
    ] {
        assert!(Policy::parse(&text).is_err());
    }
}
