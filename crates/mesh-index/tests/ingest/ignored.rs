use std::collections::BTreeMap;
use std::fs;

use mesh_index::ingest::{ByteSize, SkipReason};
use mesh_index::run::Plan;
use mesh_index::store::SourceKind;

use crate::workshop::{Workshop, knowledge, reasons};

fn code(shop: &Workshop, folder: &str) -> Plan {
    Plan {
        code: vec![shop.path(folder)],
        ..Plan::default()
    }
}

#[test]
fn rules_above_the_folder_that_was_named_do_not_hide_it() {
    for rules in ["*", "docs", "/docs/", "docs/**", "*\n!*/"] {
        let shop = Workshop::new();
        shop.write("docs/guide.md", "The capstan is oiled.");
        shop.index_docs();
        shop.write(".gitignore", rules);
        shop.write(".ignore", rules);
        for is_repository in [false, true] {
            if is_repository {
                fs::create_dir_all(shop.path(".git/info")).expect("folders");
                shop.write(".git/info/exclude", rules);
            }
            let count = knowledge(&shop.index_docs());
            assert_eq!((count.unchanged, count.removed), (1, 0), "{rules:?}");
        }
    }
}

#[test]
fn rules_at_the_top_of_a_repository_hold_in_a_part_of_it() {
    let shop = Workshop::new();
    fs::create_dir_all(shop.path("app/.git/info")).expect("folders");
    shop.write("app/.git/info/exclude", "scratch.rs\n");
    shop.write(
        "app/.gitignore",
        "generated/\n/src/deep/private.rs\n*.tmp.rs\n",
    );
    shop.write("app/src/.gitignore", "!kept.tmp.rs\n");
    for name in [
        "main.rs",
        "scratch.rs",
        "a.tmp.rs",
        "kept.tmp.rs",
        "generated/x.rs",
        "deep/private.rs",
        "deep/public.rs",
    ] {
        shop.write(&format!("app/src/{name}"), "fn x() {}\n");
    }
    shop.index(&code(&shop, "app/src")).expect("a run");
    assert_eq!(
        shop.files(SourceKind::Code, "app/src"),
        [
            "app/src/deep/public.rs",
            "app/src/kept.tmp.rs",
            "app/src/main.rs"
        ]
    );
}

#[test]
fn a_repository_inside_of_another_has_its_own_rules() {
    let shop = Workshop::new();
    shop.write("app/.gitignore", "*.gen.rs\n");
    shop.write("app/.ignore", "*.old.rs\n");
    shop.write("app/part/a.gen.rs", "fn a() {}\n");
    shop.write("app/part/a.old.rs", "fn a() {}\n");
    fs::create_dir_all(shop.path("app/part/.git")).expect("a folder");
    shop.write("app/b.gen.rs", "fn b() {}\n");
    shop.index(&code(&shop, "app")).expect("a run");
    assert_eq!(shop.files(SourceKind::Code, "app"), ["app/part/a.gen.rs"]);
}

#[test]
fn an_ignore_file_wins_over_what_git_ignores() {
    let shop = Workshop::new();
    shop.write("docs/.gitignore", "*.md\n");
    shop.write("docs/.ignore", "\u{feff}!a.md\n");
    shop.write("docs/a.md", "one");
    shop.write("docs/b.md", "two");
    shop.index_docs();
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[cfg(unix)]
#[test]
fn rules_that_would_never_end_are_not_opened() {
    use std::os::unix::fs::symlink;
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/sub/b.md", "two");
    shop.write("docs/big/c.md", "three");
    symlink("/dev/zero", shop.path("docs/.gitignore")).expect("a link");
    let made = std::process::Command::new("mkfifo")
        .arg(shop.path("docs/sub/.ignore"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let huge = fs::File::create(shop.path("docs/big/.gitignore")).expect("a file");
    huge.set_len(1 << 40).expect("a sparse file");
    let summary = shop.index_docs();
    let too_large = SkipReason::LargerThan(ByteSize::mib(1));
    let expected = [
        (".gitignore", SkipReason::NotRegular),
        (".gitignore", too_large),
        (".ignore", SkipReason::NotRegular),
    ];
    let mut told = reasons(&summary);
    told.sort_by_key(|(name, reason)| (name.clone(), reason.to_string() != "not a regular file"));
    assert_eq!(told, expected.map(|(name, why)| (name.to_owned(), why)));
    assert_eq!(knowledge(&summary).read, 3);
    assert_eq!(
        summary
            .skipped
            .iter()
            .filter(|one| one.path.ends_with("docs/sub/.ignore"))
            .count(),
        1
    );
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named_and_keeps_its_content() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/closed/b.md", "two");
    shop.index_docs();
    let closed = shop.path("docs/closed");
    let set = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).expect("set");
    set(0o000);
    if fs::read_dir(&closed).is_ok() {
        return; // The superuser may read everything.
    }
    let summary = shop.index_docs();
    set(0o755);
    let expected = [("closed".to_owned(), SkipReason::PermissionDenied)];
    assert_eq!(reasons(&summary), expected);
    assert_eq!(knowledge(&summary).removed, 0);
}

#[test]
fn files_of_other_kinds_are_counted_by_their_extension() {
    let shop = Workshop::new();
    for name in ["a.md", "b.PNG", "c.png", "deep/d.png", "e.xyz", "tool"] {
        shop.write(&format!("docs/{name}"), "\0");
    }
    let summary = shop.index_docs();
    let expected = [("", 1), ("png", 3), ("xyz", 1)];
    let expected = expected.map(|(name, number)| (name.to_owned(), number));
    assert_eq!(
        summary.others[&SourceKind::Knowledge],
        BTreeMap::from(expected)
    );
    assert_eq!(knowledge(&summary).other, 5);
}
