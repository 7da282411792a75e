use mesh_app::config::{of_flag, settings};
use mesh_index::ingest::document::FORMAT_NAMES;

use crate::support::run;

/// Scripts and people lean on these pages: a change of one is a decision.
fn check(name: &str, arguments: &[&str]) {
    let help = run(arguments);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(name, help.stdout);
}

#[test]
fn the_command_explains_itself() {
    check("mesh", &["--help"]);
}

#[test]
fn index_explains_itself() {
    check("index", &["index", "--help"]);
}

#[test]
fn sync_explains_itself() {
    check("sync", &["sync", "--help"]);
}

#[test]
fn keys_explains_itself() {
    check("keys", &["keys", "--help"]);
}

#[test]
fn serve_explains_itself() {
    check("serve", &["serve", "--help"]);
}

#[test]
fn call_explains_itself() {
    check("call", &["call", "--help"]);
}

#[test]
fn read_explains_itself() {
    check("read", &["read", "--help"]);
}

#[test]
fn verify_explains_itself() {
    check("verify", &["verify", "--help"]);
}

#[test]
fn status_explains_itself() {
    check("status", &["status", "--help"]);
}

#[test]
fn secrets_explains_itself() {
    check("secrets", &["secrets", "--help"]);
    check("secrets_put", &["secrets", "put", "--help"]);
}

#[test]
fn register_explains_itself() {
    check("register", &["register", "elevenlabs", "--help"]);
}

#[test]
fn policy_explains_itself() {
    check("policy", &["policy", "--help"]);
    check("policy_explain", &["policy", "explain", "--help"]);
}

/// A variable that the help names is a setting, and a flag that stands for a setting names its variable.
#[test]
fn a_flag_names_the_variable_whose_place_it_takes() {
    let commands: [&[&str]; 10] = [
        &["index"],
        &["sync"],
        &["serve"],
        &["call"],
        &["read"],
        &["verify"],
        &["status"],
        &["secrets", "check"],
        &["secrets", "put"],
        &["register", "elevenlabs"],
    ];
    for command in commands {
        let help = run(&[command, &["--help"]].concat()).stdout;
        let (flags, _) = help.split_once("-h, --help").expect("the last flag");
        for entry in flags.split("      --").skip(1) {
            let flag = entry.split([' ', '\n']).next().unwrap_or_default();
            let named = entry
                .split_once("[MESH_")
                .and_then(|(_, rest)| rest.split_once(']'));
            let named = named.map(|(rest, _)| format!("MESH_{rest}"));
            let own = of_flag(&format!("--{flag}")).map(|setting| setting.name);
            assert!(
                own.is_none() || own == named.as_deref(),
                "{command:?} --{flag}"
            );
            let is_setting = |name: &String| settings().any(|setting| setting.name == name);
            assert!(
                named.iter().all(is_setting),
                "{command:?} --{flag}: {named:?}"
            );
        }
    }
}

#[test]
fn wrong_usage_is_status_64() {
    for arguments in [
        &[][..],
        &["fly"],
        &["serve", "--sideways"],
        &["serve", "--listen", "nowhere"],
        &["index", "--language", "klingon"],
        &["sync"],
        &["sync", "--to", "mars"],
        &["completions", "dos"],
        &["call"],
        &["call", "http://127.0.0.1:1", "--sign", "Ohio"],
        &["verify", "localhost:3000"],
        &["secrets", "put", "openai"],
        &["policy", "check"],
        &["policy", "explain", "ada", "search", "policy.toml"],
        &["policy", "explain", "local", "serach", "policy.toml"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 64, "{arguments:?} {ran:?}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn every_wrong_setting_is_told_in_one_go() {
    let mut command = crate::support::mesh(&["serve", "--listen", "0.0.0.0:0"]);
    command.envs([
        ("MESH_BUDGET_MS", "1"),
        ("MESH_CORPSE", "x"),
        ("MESH_BEARER", "a b"),
    ]);
    let ran = crate::support::ran(command.output().expect("the command starts"));
    assert_eq!(ran.code, 64);
    assert_eq!(
        ran.stderr,
        "error: `MESH_BUDGET_MS` must be between 1000 and 600000, not `1`\n\
         error: `MESH_BEARER` must be a token without spaces, as it goes into a header\n\
         error: other machines can reach `0.0.0.0:0`: set `MESH_BEARER_SHA256` to the SHA-256 of a token that callers must \
         send, or `MESH_KEYS=on` and give out keys with `mesh keys create`, or listen on `127.0.0.1:0`\n\
         error: `MESH_CORPSE` is not a setting; the nearest one is `MESH_CORPUS`\n"
    );
}

#[test]
fn settings_and_completions_are_printed() {
    let page = run(&["settings", "--markdown"]);
    assert_eq!(
        page.stdout,
        include_str!("../../../../docs/CONFIGURATION.md")
    );
    assert!(
        run(&["settings"])
            .stdout
            .starts_with("MESH_CORPUS, --corpus\n")
    );
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, 0);
        assert!(script.stdout.contains("knowledge"), "{shell}");
    }
}

#[test]
fn the_formats_that_are_read_are_named_in_the_help_the_settings_and_the_readme() {
    let help = run(&["index", "--help"]).stdout;
    let help: Vec<_> = help.split_whitespace().collect();
    let help = help.join(" ");
    let told = |name| settings().find(|setting| setting.name == name);
    let told = |name| told(name).expect("a setting").about;
    let readme = include_str!("../../../../README.md");
    let mail = ".eml, .emlx, mbox, Maildir, archives of mailing lists, also gzipped";
    for (name, formats) in [("MESH_KNOWLEDGE", FORMAT_NAMES), ("MESH_MAIL", mail)] {
        for (place, text) in [
            ("help", &*help),
            ("settings", told(name)),
            ("README", readme),
        ] {
            assert!(text.contains(formats), "{place}: {name}");
        }
    }
}
