use std::time::SystemTime;

use http::{Request, header};
use mesh_core::{Deadline, NewObject, PutWhen};
use mesh_http::{Bounds, FileBody};
use tokio::time::timeout_at;

use super::{Object, ObjectError, S3, invalid};
use crate::signer::SignError;

/// S3 answers a PUT without a body.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

impl S3 {
    /// Keeps a file as an object, whole or not at all; where the condition allows it, in place of the one of that name.
    ///
    /// S3 wants the length and the SHA-256 of a plain PUT beforehand, and a part of a multipart upload has 5 MiB or more. So
    /// what is of unknown length is written to a file first: nothing of it is held in memory, and one request that is signed
    /// with its content keeps it.
    ///
    /// # Errors
    /// See [`ObjectError`]. `Conflict` is also told where the object was kept and the answer to that was lost.
    pub async fn upload(
        &self,
        object: &Object,
        content: &NewObject,
        when: PutWhen<'_>,
        deadline: Deadline,
    ) -> Result<(), ObjectError> {
        let bounds = Bounds {
            deadline,
            max_bytes: MAX_ANSWER_BYTES,
        };
        let head = timeout_at(deadline.at().into(), self.head(object, content, when)).await;
        let head = head.map_err(|_| ObjectError::TimedOut)??;
        let file = FileBody::new(content.file.clone(), content.length);
        self.aws.http().send_file(head, &file, bounds).await?;
        Ok(())
    }

    async fn head(
        &self,
        object: &Object,
        content: &NewObject,
        when: PutWhen<'_>,
    ) -> Result<Request<()>, ObjectError> {
        let head =
            Request::put(self.address(object)).header(header::CONTENT_TYPE, &content.media_type);
        let head = match when {
            PutWhen::Always => head,
            PutWhen::Absent => head.header(header::IF_NONE_MATCH, "*"),
            PutWhen::Unchanged(version) => head.header(header::IF_MATCH, version),
        };
        let mut head = head.body(()).map_err(|error| invalid(&error))?;
        let credentials = self.aws.credentials().await;
        let headers = credentials
            .ok_or(SignError::NoCredentials)
            .and_then(|credentials| {
                let scope = self.scope(SystemTime::now());
                scope.headers_for(&head, &content.sha256, &credentials)
            })
            .map_err(|error| invalid(&error))?;
        head.headers_mut().extend(headers);
        Ok(head)
    }
}
