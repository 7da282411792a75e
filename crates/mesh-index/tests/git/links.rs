//! A commit is opened in the repository it was read from.

use mesh_index::run::{NoProgress, Plan, index};
use mesh_index::store::{Link, Linking, SourceKind};
use mesh_index::{Commit, Corpus};
use tempfile::TempDir;

use crate::support::{commit, read, repository};

#[test]
fn a_commit_is_opened_in_its_own_repository() {
    let [one, two, unlinked] = [(); 3].map(|()| repository());
    commit(one.path(), &[("a.txt", "1\n")], "one");
    commit(two.path(), &[("b.txt", "2\n")], "two");
    commit(unlinked.path(), &[("c.txt", "3\n")], "three");
    let to = |folder: &TempDir, link: &str| Linking {
        kind: SourceKind::Git,
        path: folder.path().to_owned(),
        link: Some(Link::parse(link).expect("an address")),
    };
    let plan = Plan {
        git: [&one, &two, &unlinked]
            .map(|folder| folder.path().to_owned())
            .to_vec(),
        links: vec![
            to(&one, "https://git.example/one"),
            to(&two, "https://git.example/two/+/{}"),
        ],
        ..Plan::default()
    };
    let folder = TempDir::new().expect("a folder");
    index(folder.path(), &plan, &mut NoProgress).expect("a run");
    let corpus = Corpus::open(folder.path()).expect("a corpus");
    let link = |commit: &Commit| corpus.link_to_commit(commit).expect("looks");
    let [one, two, unlinked] = [one, two, unlinked].map(|folder| read(folder.path()).remove(0));
    let hash = |commit: &Commit| commit.hash.clone();
    assert_eq!(
        [link(&one), link(&two), link(&unlinked)],
        [
            Some(format!("https://git.example/one/commit/{}", hash(&one))),
            Some(format!("https://git.example/two/+/{}", hash(&two))),
            None,
        ]
    );
}
