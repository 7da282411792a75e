use std::future::Future;
use std::pin::Pin;

use mesh_core::{Deadline, TextSource};

use crate::{Aws, Object, S3, Ssm};

/// A text of 1 MiB at most that is kept at AWS: a parameter of the store of Systems Manager, encrypted or not, or an object of S3.
#[derive(Clone, Debug)]
pub struct Text {
    aws: Aws,
    address: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Parameter(String),
    Object(Object),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a text is named as `ssm:/name` or `s3://bucket/key`")]
pub struct NotAText;

impl Text {
    const MAX_BYTES: u64 = 1024 * 1024;

    /// # Errors
    /// [`NotAText`].
    pub fn at(aws: &Aws, address: &str) -> Result<Self, NotAText> {
        let place = match address.strip_prefix("ssm:") {
            Some(name) if name.starts_with('/') => Place::Parameter(name.to_owned()),
            Some(_) => return Err(NotAText),
            None => Place::Object(address.parse().map_err(|_| NotAText)?),
        };
        Ok(Self {
            aws: aws.clone(),
            address: address.to_owned(),
            place,
        })
    }

    async fn text(&self, deadline: Deadline) -> Result<String, String> {
        match &self.place {
            Place::Parameter(name) => {
                let found = Ssm::new(&self.aws, "/")
                    .named(std::slice::from_ref(name), deadline)
                    .await
                    .map_err(|error| error.to_string())?;
                let text = found.get(name).map(|text| text.reveal().to_owned());
                text.ok_or_else(|| "there is no such parameter".to_owned())
            }
            Place::Object(object) => {
                let mut bytes = Vec::new();
                S3::new(&self.aws)
                    .download(object, &mut bytes, Self::MAX_BYTES, deadline)
                    .await
                    .map_err(|error| error.to_string())?;
                String::from_utf8(bytes).map_err(|_| "the object is not UTF-8".to_owned())
            }
        }
    }
}

impl TextSource for Text {
    fn read(
        &self,
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + '_>> {
        Box::pin(self.text(deadline))
    }

    fn name(&self) -> &str {
        &self.address
    }
}
