use bytes::Bytes;
use http::{Method, header};
use mesh_core::{Deadline, Secret};
use serde::Deserialize;

use super::client::{finish, id};
use super::{OpenAi, OpenAiError};
use crate::multipart::{Form, Upload};

const MAX_BYTES: u64 = 64 * 1024;

#[derive(Deserialize)]
struct FileObject {
    id: String,
}

#[derive(Deserialize)]
struct Deleted {
    deleted: bool,
}

impl OpenAi {
    /// `POST /files`, sent once: a text of up to 512 MB that vector stores may be given, and its id. How it is read goes by the
    /// end of its name.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn upload_file(
        &self,
        key: &Secret,
        filename: &str,
        text: &str,
        deadline: Deadline,
    ) -> Result<String, OpenAiError> {
        let file = Upload {
            name: filename.to_owned(),
            media_type: Some("text/plain; charset=utf-8".to_owned()),
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        };
        let form = Form::new().field("purpose", "assistants");
        let (content_type, body) = form.file("file", &file).finish();
        let request = self.request(Method::POST, key, "/files")?;
        let request = request.header(header::CONTENT_TYPE, content_type);
        let request = finish(request, body)?;
        let file: FileObject = self.ask_once(request, deadline, MAX_BYTES).await?;
        Ok(file.id)
    }

    /// `DELETE /files/{id}`, from all vector stores too. One that is not there is deleted.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn delete_file(
        &self,
        key: &Secret,
        file: &str,
        deadline: Deadline,
    ) -> Result<(), OpenAiError> {
        let path = format!("/files/{}", id(file)?);
        let request = finish(self.request(Method::DELETE, key, &path)?, Bytes::new())?;
        match self.ask(request, deadline, MAX_BYTES).await {
            Ok(Deleted { deleted: true }) | Err(OpenAiError::NotFound) => Ok(()),
            Ok(Deleted { deleted: false }) => {
                Err(OpenAiError::UnexpectedAnswer("the file is kept".to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}
