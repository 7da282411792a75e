//! Source code and its history.

mod search_code_files;
mod search_git_commits;

pub use search_code_files::SearchCodeFiles;
pub use search_git_commits::SearchGitCommits;

pub(crate) use search_code_files::{CodeFilters, preview, stretch_uri};
pub(crate) use search_git_commits::{CommitFilters, commit_uri};
