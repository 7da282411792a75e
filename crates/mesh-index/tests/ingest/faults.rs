use std::fs;

use mesh_index::ingest::SkipReason;
use mesh_index::run::Plan;
use mesh_index::store::{Source, SourceKind, Writer};

use crate::workshop::{Workshop, knowledge, reasons, shown};

#[test]
fn what_cannot_be_read_is_named_with_the_reason() {
    let shop = Workshop::new();
    shop.write("docs/binary.txt", b"a\0b");
    shop.write("docs/latin.md", b"caf\xE9");
    shop.write("docs/ok.md", "fine");
    let huge = fs::File::create(shop.path("docs/huge.txt")).expect("a file");
    huge.set_len(500 * 1024 * 1024).expect("a sparse file");
    let told = reasons(&shop.index_docs());
    let expected = [("binary.txt", "binary"), ("huge.txt", "larger than 32 MiB")];
    let told: Vec<_> = told
        .iter()
        .map(|(name, why)| (name.as_str(), why.to_string()))
        .collect();
    assert_eq!(told, expected.map(|(name, why)| (name, why.to_owned())));
    assert_eq!(
        reasons(&shop.index_docs()).len(),
        2,
        "and named again in the next run"
    );
}

#[cfg(unix)]
#[test]
fn loops_pipes_and_dangling_links_are_named() {
    use std::os::unix::fs::symlink;
    let shop = Workshop::new();
    shop.write("docs/ok.md", "fine");
    symlink("ok.md", shop.path("docs/link.md")).expect("a link");
    symlink(shop.path("docs"), shop.path("docs/loop")).expect("a link");
    symlink("self.md", shop.path("docs/self.md")).expect("a link");
    symlink("nowhere.md", shop.path("docs/nothing.md")).expect("a link");
    let made = std::process::Command::new("mkfifo")
        .arg(shop.path("docs/pipe.md"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let summary = shop.index_docs();
    let expected = [
        ("loop", SkipReason::SymlinkLoop),
        ("nothing.md", SkipReason::DanglingSymlink),
        ("pipe.md", SkipReason::NotRegular),
        ("self.md", SkipReason::SymlinkLoop),
    ];
    assert_eq!(
        reasons(&summary),
        expected.map(|(name, why)| (name.to_owned(), why))
    );
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/link.md", "docs/ok.md"]
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_named_and_not_followed() {
    use std::os::unix::fs::symlink;
    let shop = Workshop::new();
    shop.write("docs/ok.md", "fine");
    shop.write("away/secret.md", "secret");
    shop.write("away/deep/secret.md", "secret");
    symlink(shop.path("away"), shop.path("docs/folder")).expect("a link");
    symlink(shop.path("away/secret.md"), shop.path("docs/link.md")).expect("a link");
    let plan = Plan {
        code: vec![shop.path("docs")],
        ..shop.knowledge()
    };
    let summary = shop.index(&plan).expect("a run");
    let expected = ["folder", "folder", "link.md", "link.md"];
    assert_eq!(
        reasons(&summary),
        expected.map(|name| (name.to_owned(), SkipReason::OutwardSymlink))
    );
    for kind in [SourceKind::Knowledge, SourceKind::Code] {
        assert_eq!(shop.files(kind, "docs"), ["docs/ok.md"]);
    }
}

#[cfg(unix)]
#[test]
fn a_root_may_be_a_link() {
    let shop = Workshop::new();
    shop.write("away/a.md", "fine");
    std::os::unix::fs::symlink(shop.path("away"), shop.path("named")).expect("a link");
    let plan = Plan {
        knowledge: vec![shop.path("named")],
        ..Plan::default()
    };
    assert_eq!(reasons(&shop.index(&plan).expect("a run")), []);
    assert_eq!(shop.files(SourceKind::Knowledge, "named"), ["named/a.md"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Workshop::new();
    shop.write("docs/secret.md", "hidden");
    fs::set_permissions(shop.path("docs/secret.md"), fs::Permissions::from_mode(0o0)).expect("set");
    if fs::read(shop.path("docs/secret.md")).is_ok() {
        return; // The superuser may read everything.
    }
    let expected = [("secret.md".to_owned(), SkipReason::PermissionDenied)];
    assert_eq!(reasons(&shop.index_docs()), expected);
}

#[test]
fn a_run_that_stops_halfway_changes_nothing() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    let source = Source {
        kind: SourceKind::Knowledge,
        path: shown(&shop.path("docs")),
    };
    let mut writer = Writer::open(&shop.path("corpus"), None).expect("a corpus");
    writer
        .remove_file(&source, &shown(&shop.path("docs/a.md")))
        .expect("removed");
    drop(writer);
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn a_file_that_cannot_be_read_any_more_keeps_its_content() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/b.md", "two");
    shop.index_docs();
    shop.write("docs/b.md", b"\0\0\0\0 garbage");
    for _run in 0..2 {
        let summary = shop.index_docs();
        let told = [("b.md".to_owned(), SkipReason::Binary)];
        assert_eq!(reasons(&summary), told);
        assert_eq!(knowledge(&summary).passages, 2);
        let files = shop.files(SourceKind::Knowledge, "docs");
        assert_eq!(files, ["docs/a.md", "docs/b.md"]);
    }
}

#[test]
fn a_source_that_gives_nothing_now_keeps_its_content_and_is_named() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    fs::remove_file(shop.path("docs/a.md")).expect("removed");
    let summary = shop.index_docs();
    assert_eq!(
        reasons(&summary),
        [("docs".to_owned(), SkipReason::Emptied)]
    );
    assert_eq!(knowledge(&summary).passages, 1);
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[cfg(unix)]
#[test]
fn what_lies_below_a_link_that_leads_out_now_keeps_its_content() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/sub/b.md", "two");
    shop.write("docs/subway.md", "three");
    shop.index_docs();
    fs::rename(shop.path("docs/sub"), shop.path("away")).expect("moved");
    fs::remove_file(shop.path("docs/subway.md")).expect("removed");
    std::os::unix::fs::symlink(shop.path("away"), shop.path("docs/sub")).expect("a link");
    let summary = shop.index_docs();
    assert_eq!(knowledge(&summary).removed, 1);
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/a.md", "docs/sub/b.md"]
    );
}
