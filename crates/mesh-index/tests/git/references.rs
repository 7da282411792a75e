use std::fs;

use mesh_index::ingest::SkipReason;
use mesh_index::store::SourceKind;
use tempfile::TempDir;

use crate::support::{commit, git, made_with, messages, read, refusal, repository, run};

fn unborn(branch: &'static str, other: Option<&'static str>) -> SkipReason {
    SkipReason::UnbornHead {
        branch: branch.into(),
        other: other.map(Into::into),
    }
}

#[test]
fn references_in_a_reftable_are_read() {
    let folder = made_with(&["--ref-format=reftable"]);
    let path = folder.path();
    assert_eq!(refusal(path), unborn("main", None));
    commit(path, &[("a.txt", "1\n")], "first");
    for number in 0..300 {
        let branch = format!("topic/with-a-long-name-{number:05}");
        git(
            path,
            &["update-ref", &format!("refs/heads/{branch}"), "HEAD"],
        );
    }
    commit(path, &[("a.txt", "2\n")], "second");
    assert_eq!(messages(path), ["first", "second"]);
    git(path, &["pack-refs", "--all"]);
    assert_eq!(messages(path), ["first", "second"]);
    git(path, &["checkout", "--detach", "HEAD~1"]);
    assert_eq!(messages(path), ["first"]);
    git(path, &["worktree", "add", "linked", "main"]);
    assert_eq!(messages(&path.join("linked")), ["first", "second"]);
    git(path, &["symbolic-ref", "HEAD", "refs/heads/gone"]);
    git(
        path,
        &[
            "update-ref",
            "-d",
            "refs/heads/topic/with-a-long-name-00000",
        ],
    );
    assert_eq!(refusal(path), unborn("gone", Some("refs/heads/main")));
}

#[test]
fn a_repository_that_is_migrated_to_a_reftable_stays_as_it_is() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    // Git does not move logs of references yet.
    fs::remove_dir_all(path.join(".git/logs")).expect("removed");
    git(path, &["refs", "migrate", "--ref-format=reftable"]);
    let summary = run(&corpus, path);
    let count = summary.counts[&SourceKind::Git];
    assert_eq!(
        (count.unchanged, count.removed, summary.has_skipped()),
        (1, 0, false)
    );
}

#[test]
fn a_storage_of_references_that_nobody_knows_is_named() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    git(path, &["config", "core.repositoryFormatVersion", "1"]);
    git(path, &["config", "extensions.refStorage", "rocks"]);
    let reason = refusal(path);
    assert_eq!(reason, SkipReason::RefStorage("rocks".into()));
    assert_eq!(
        reason.to_string(),
        "references stored as `rocks` are not read: `git refs migrate --ref-format=files`"
    );
}

#[test]
fn a_branch_without_commits_is_named_and_what_was_read_is_kept() {
    let folder = repository();
    let path = folder.path();
    assert_eq!(refusal(path), unborn("main", None));
    commit(path, &[("a.txt", "1\n")], "first");
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    git(path, &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let reason = unborn("trunk", Some("refs/heads/main"));
    assert_eq!(
        reason.to_string(),
        "its branch `trunk` has no commits, another has: `git symbolic-ref HEAD refs/heads/main`"
    );
    let summary = run(&corpus, path);
    let count = summary.counts[&SourceKind::Git];
    assert_eq!((count.unchanged, count.removed, count.passages), (1, 0, 1));
    let reasons: Vec<_> = summary
        .skipped
        .iter()
        .map(|skipped| &skipped.reason)
        .collect();
    assert_eq!(reasons, [&reason]);
}

#[test]
fn hashes_may_be_sha256_and_the_branch_packed() {
    let folder = made_with(&["--object-format=sha256"]);
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    commit(path, &[("a.txt", "2\n3\n")], "second");
    git(path, &["gc", "--quiet"]);
    let commits = read(path);
    let hashes: Vec<usize> = commits.iter().map(|one| one.hash.len()).collect();
    assert_eq!(hashes, [64, 64]);
    let counts: Vec<_> = commits
        .iter()
        .map(|one| (one.additions, one.deletions))
        .collect();
    assert!(counts.contains(&(2, 1)), "{counts:?}");
}
