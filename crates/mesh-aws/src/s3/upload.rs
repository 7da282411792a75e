use std::time::SystemTime;

use http::{Request, header};
use mesh_core::{Deadline, NewObject};
use mesh_http::{Bounds, FileBody};
use tokio::time::timeout_at;

use super::{Object, ObjectError, S3, invalid};
use crate::signer::SignError;

/// S3 answers a PUT without a body.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

impl S3 {
    /// Keeps a file as an object, whole or not at all; an object of that name is replaced.
    ///
    /// S3 wants the length and the SHA-256 of a plain PUT beforehand, and a part of a multipart upload has 5 MiB or more. So
    /// what is of unknown length is written to a file first: nothing of it is held in memory, and one request that is signed
    /// with its content keeps it.
    ///
    /// # Errors
    /// See [`ObjectError`].
    pub async fn upload(
        &self,
        object: &Object,
        content: &NewObject,
        deadline: Deadline,
    ) -> Result<(), ObjectError> {
        let bounds = Bounds {
            deadline,
            max_bytes: MAX_ANSWER_BYTES,
        };
        let head = timeout_at(deadline.at().into(), self.head(object, content)).await;
        let head = head.map_err(|_| ObjectError::TimedOut)??;
        let file = FileBody::new(content.file.clone(), content.length);
        self.aws.http().send_file(head, &file, bounds).await?;
        Ok(())
    }

    async fn head(&self, object: &Object, content: &NewObject) -> Result<Request<()>, ObjectError> {
        let mut head = Request::put(self.address(object))
            .header(header::CONTENT_TYPE, &content.media_type)
            .body(())
            .map_err(|error| invalid(&error))?;
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
