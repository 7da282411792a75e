use std::fs;

use tempfile::TempDir;

use crate::support::{commit, git, messages, read, repository};

#[test]
fn a_folder_inside_of_a_work_tree_has_its_history() {
    let folder = repository();
    let path = folder.path();
    fs::create_dir_all(path.join("docs/deep")).expect("folders");
    commit(
        path,
        &[("docs/deep/a.txt", "1\n"), ("b.txt", "1\n")],
        "first",
    );
    let commits = read(&path.join("docs/deep"));
    assert_eq!(commits[0].files_changed, ["b.txt", "docs/deep/a.txt"]);
    let name = path.file_name().expect("a name").to_string_lossy();
    assert_eq!(commits[0].repository, name);
}

#[test]
fn a_linked_work_tree_has_the_history_of_its_own_branch() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    git(path, &["worktree", "add", "-b", "side", "linked"]);
    commit(path, &[("a.txt", "2\n")], "second");
    let linked = path.join("linked");
    assert_eq!(messages(&linked), ["first"]);
    commit(&linked, &[("a.txt", "3\n")], "on the side");
    assert_eq!(messages(&linked), ["first", "on the side"]);
    assert_eq!(messages(path), ["first", "second"]);
}

#[test]
fn a_submodule_has_a_history_of_its_own() {
    let module = repository();
    commit(module.path(), &[("m.txt", "1\n")], "of the module");
    let folder = repository();
    let path = folder.path();
    let source = format!("file://{}", module.path().display());
    git(path, &["submodule", "add", &source, "parts/module"]);
    commit(path, &[], "with a module");
    assert_eq!(messages(&path.join("parts/module")), ["of the module"]);
    let outer = read(path);
    assert_eq!(outer[0].files_changed, [".gitmodules", "parts/module"]);
}

#[cfg(unix)]
#[test]
fn a_git_folder_may_be_a_link() {
    let folder = repository();
    commit(folder.path(), &[("a.txt", "1\n")], "first");
    let away = TempDir::new().expect("a folder");
    let moved = away.path().join("store");
    fs::rename(folder.path().join(".git"), &moved).expect("moved");
    std::os::unix::fs::symlink(&moved, folder.path().join(".git")).expect("a link");
    assert_eq!(messages(folder.path()), ["first"]);
}
