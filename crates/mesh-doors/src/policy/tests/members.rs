use super::*;

fn is_in(members: &str, caller: &Caller) -> bool {
    let policy = policy(&format!("[team.a]\n{members}"));
    !policy.rights(caller).are_none()
}

const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/support-eu/ada";
const ISSUER: &str = "https://id.example.com";

#[test]
fn a_member_is_of_one_kind_of_caller() {
    let callers = [
        Caller::Local,
        Caller::Bearer,
        key("local"),
        principal(ROLE),
        subject(json!({"iss": ISSUER, "sub": "ada"})),
    ];
    for (member, expected) in [
        ("local", [true, false, false, false, false]),
        ("bearer", [false, true, false, false, false]),
        ("key:*", [false, false, true, false, false]),
        ("arn:*:*:*:*:*", [false, false, false, true, false]),
        ("jwt:*@*", [false, false, false, false, true]),
        ("*", [true; 5]),
    ] {
        let found = callers
            .each_ref()
            .map(|caller| is_in(&format!("members = [\"{member}\"]"), caller));
        assert_eq!(found, expected, "{member}");
    }
}

#[test]
fn a_role_is_a_member_whatever_its_session() {
    for (member, expected) in [
        ("arn:aws:sts::123456789012:assumed-role/support-eu", true),
        ("arn:aws:sts::123456789012:assumed-role/support-*", true),
        ("arn:aws:sts::*:assumed-role/support-*", true),
        ("arn:aws:sts::123456789012:assumed-role/support", false),
        ("arn:aws:sts::210987654321:assumed-role/support-*", false),
        ("arn:aws:iam::123456789012:user/support-eu", false),
        // A part of an ARN ends at its colon.
        ("arn:aws:*:assumed-role/support-*:*:*", false),
    ] {
        let members = format!("members = [\"{member}\"]");
        assert_eq!(is_in(&members, &principal(ROLE)), expected, "{member}");
    }
}

#[test]
fn a_key_is_a_member_by_its_id() {
    assert!(is_in("members = [\"key:eleven-*\"]", &key("eleven-labs")));
    assert!(!is_in("members = [\"key:eleven-*\"]", &key("key:eleven-1")));
    assert!(!is_in("members = [\"key:eleven\"]", &key("eleven-labs")));
}

#[test]
fn a_subject_is_a_member_by_issuer_and_subject_and_neither_can_pose_as_the_other() {
    let ada = |subject_of: &str, issuer: &str| subject(json!({"iss": issuer, "sub": subject_of}));
    for (member, caller, expected) in [
        ("jwt:*@https://id.example.com", ada("ada", ISSUER), true),
        ("jwt:ada@https://id.example.com", ada("ada", ISSUER), true),
        (
            "jwt:ada@x.org@https://id.example.com",
            ada("ada@x.org", ISSUER),
            true,
        ),
        ("jwt:bob@https://id.example.com", ada("ada", ISSUER), false),
        (
            "jwt:*@https://id.example.com",
            ada("ada", "https://evil"),
            false,
        ),
        (
            "jwt:*@https://id.example.com*",
            ada("ada@https://id.example.com", "https://evil"),
            false,
        ),
    ] {
        let members = format!("members = [\"{member}\"]");
        assert_eq!(is_in(&members, &caller), expected, "{member} {caller}");
    }
    let long = "x".repeat(400);
    let member = format!("members = [\"jwt:{long}@https://id.example.com\"]");
    assert!(is_in(&member, &ada(&long, ISSUER)));
    assert!(!is_in(&member, &ada(&format!("{long}y"), ISSUER)));
}

#[test]
fn claims_are_all_needed_with_one_of_their_values_each() {
    let claims = "claims = { iss = [\"https://id.example.com\"], groups = [\"support\", \"ops-*\"], email_verified = [true] }";
    let of = |groups: Value, verified: Value| {
        subject(json!({"iss": ISSUER, "sub": "ada", "groups": groups, "email_verified": verified}))
    };
    for (caller, expected) in [
        (of(json!(["x", "support"]), json!(true)), true),
        (of(json!("ops-eu"), json!(true)), true),
        // As API Gateway writes them.
        (of(json!("[x support]"), json!("true")), true),
        (of(json!("[x, support]"), json!("true")), true),
        (of(json!("x support"), json!(true)), false),
        (of(json!("[x supporters]"), json!(true)), false),
        (of(json!(["x"]), json!(true)), false),
        (of(json!([["support"]]), json!(true)), false),
        (of(json!({"support": "support"}), json!(true)), false),
        (of(json!(null), json!(true)), false),
        (of(json!(["support"]), json!(false)), false),
        (
            subject(
                json!({"iss": "https://evil", "sub": "ada", "groups": ["support"], "email_verified": true}),
            ),
            false,
        ),
        (key("support"), false),
    ] {
        assert_eq!(is_in(claims, &caller), expected, "{caller:?}");
    }
}

#[test]
fn of_several_tables_of_claims_one_is_enough() {
    let claims = "[[team.a.claims]]\niss = [\"https://id.example.com\"]\nscope = [\"mesh.read\"]\n\
         [[team.a.claims]]\niss = [\"https://other.example.com\"]";
    for (claims_of, expected) in [
        (
            json!({"iss": ISSUER, "sub": "a", "scope": "openid mesh.read"}),
            true,
        ),
        (
            json!({"iss": ISSUER, "sub": "a", "scp": ["mesh.read"]}),
            true,
        ),
        (
            json!({"iss": ISSUER, "sub": "a", "scope": "mesh.readers"}),
            false,
        ),
        (json!({"iss": ISSUER, "sub": "a"}), false),
        (
            json!({"iss": "https://other.example.com", "sub": "a"}),
            true,
        ),
    ] {
        assert_eq!(
            is_in(claims, &subject(claims_of.clone())),
            expected,
            "{claims_of}"
        );
    }
}
