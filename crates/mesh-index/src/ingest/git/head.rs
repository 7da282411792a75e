//! Which commit HEAD is.

use gix::bstr::ByteSlice;
use gix::head::Kind;
use gix::{ObjectId, Repository};

use super::reftable::Reftable;
use crate::ingest::skip::SkipReason;

/// The commit that `git log` begins with.
pub(super) fn tip(repository: &Repository) -> Result<ObjectId, SkipReason> {
    let storage = repository
        .config_snapshot()
        .string("extensions.refStorage")
        .map(|storage| storage.to_str_lossy().to_ascii_lowercase());
    match storage.as_deref() {
        None | Some("files") => tip_in_files(repository),
        Some("reftable") => tip_in_reftable(repository),
        Some(other) => Err(SkipReason::RefStorage(other.to_owned().into())),
    }
}

fn tip_in_files(repository: &Repository) -> Result<ObjectId, SkipReason> {
    let head = repository.head().map_err(|_| SkipReason::BrokenHead)?;
    if let Kind::Unborn(branch) = &head.kind {
        let branches = branches(repository).unwrap_or_default();
        return Err(unborn(branch.as_bstr(), &branches));
    }
    let commit = head.into_peeled_id().map_err(|_| SkipReason::BrokenHead)?;
    Ok(commit.detach())
}

/// The names of all branches, local ones first.
fn branches(repository: &Repository) -> Option<Vec<String>> {
    let platform = repository.references().ok()?;
    let local = platform.local_branches().ok()?.flatten();
    let remote = platform.remote_branches().ok()?.flatten();
    let name = |reference: gix::Reference<'_>| reference.name().as_bstr().to_string();
    Some(local.chain(remote).map(name).collect())
}

fn tip_in_reftable(repository: &Repository) -> Result<ObjectId, SkipReason> {
    let hash = repository.object_hash();
    let own = Reftable::open(repository.git_dir(), hash)?;
    // A linked work tree has a HEAD of its own and shares the branches.
    let shared = Reftable::open(repository.common_dir(), hash)?;
    let head = own.target("HEAD")?.ok_or(SkipReason::BrokenHead)?;
    let (mut name, mut target) = ("HEAD".to_owned(), Some(head));
    for _link in 0..MAX_LINKS {
        match target {
            Some(super::reftable::Target::Object(id)) => return peeled(repository, id),
            Some(super::reftable::Target::Symbolic(next)) => {
                target = shared.target(&next)?;
                name = next;
            }
            None => return Err(unborn(name.as_bytes().as_bstr(), &shared.branches()?)),
        }
    }
    Err(SkipReason::BrokenHead)
}

/// As many as git itself follows.
const MAX_LINKS: u32 = 5;

fn peeled(repository: &Repository, id: ObjectId) -> Result<ObjectId, SkipReason> {
    let object = repository
        .find_object(id)
        .map_err(|_| SkipReason::BrokenRepository)?;
    let commit = object
        .peel_to_commit()
        .map_err(|_| SkipReason::BrokenHead)?;
    Ok(commit.id)
}

fn unborn(branch: &gix::bstr::BStr, branches: &[String]) -> SkipReason {
    let branch = branch.to_str_lossy();
    SkipReason::UnbornHead {
        branch: branch.trim_start_matches("refs/heads/").to_owned().into(),
        other: branches.first().cloned().map(Into::into),
    }
}
