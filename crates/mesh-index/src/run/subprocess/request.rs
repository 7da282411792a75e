use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::ingest::SkipReason;
use crate::ingest::walk::FoundFile;
use crate::run::fingerprint::Verdict;
use crate::run::job::{Job, Omitted, Task};
use crate::store::Source;

/// A job as it is told to another process. Paths need not be text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    source: Source,
    path: String,
    task: RequestedTask,
}

#[derive(Debug, Serialize, Deserialize)]
enum RequestedTask {
    File {
        file: OsString,
        verdict: Verdict,
        repository: String,
        omitted: Vec<Omitted>,
    },
    Commit {
        repository: OsString,
    },
}

impl Request {
    pub(super) fn of(job: &Job, omitted: &[Omitted]) -> Self {
        Self {
            source: job.source.clone(),
            path: job.path.clone(),
            task: match &job.task {
                Task::File {
                    found,
                    verdict,
                    repository,
                    ..
                } => RequestedTask::File {
                    file: found.file.clone().into_os_string(),
                    verdict: verdict.clone(),
                    repository: repository.clone(),
                    omitted: omitted.to_vec(),
                },
                Task::Commit { repository } => RequestedTask::Commit {
                    repository: repository.clone().into_os_string(),
                },
            },
        }
    }

    /// The file may be another now than when it was found.
    pub(super) fn job(self) -> Result<Job, SkipReason> {
        let task = match self.task {
            RequestedTask::File {
                file,
                verdict,
                repository,
                omitted,
            } => {
                let metadata = fs::metadata(&file).map_err(|error| SkipReason::from(&error))?;
                if !metadata.is_file() {
                    return Err(SkipReason::NotRegular);
                }
                let found = FoundFile {
                    path: self.path.clone(),
                    file: PathBuf::from(file),
                    metadata,
                };
                Task::File {
                    found: Box::new(found),
                    verdict,
                    passages: 0,
                    repository,
                    omitted,
                }
            }
            RequestedTask::Commit { repository } => Task::Commit {
                repository: repository.into(),
            },
        };
        Ok(Job {
            source: self.source,
            path: self.path,
            parts: Vec::new(),
            task,
        })
    }
}
