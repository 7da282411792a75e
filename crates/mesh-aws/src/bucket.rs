use std::time::{Duration, SystemTime};

use mesh_core::{
    Deadline, FoundObject, NewObject, ObjectFault, ObjectFuture, ObjectLink, ObjectStore, PutWhen,
};

use crate::{Aws, NotAnObject, Object, ObjectError, S3};

/// One bucket of S3.
#[derive(Clone, Debug)]
pub struct Bucket {
    s3: S3,
    name: String,
}

impl Bucket {
    /// # Errors
    /// [`NotAnObject`], where that is the name of no bucket.
    pub fn new(aws: &Aws, name: &str) -> Result<Self, NotAnObject> {
        Object::within(name, "any").map(|_| Self {
            s3: S3::new(aws),
            name: name.to_owned(),
        })
    }

    fn object(&self, key: &str) -> Result<Object, ObjectFault> {
        let object = Object::within(&self.name, key);
        object.map_err(|error| ObjectFault::Failed(error.to_string()))
    }
}

impl ObjectStore for Bucket {
    fn put<'a>(
        &'a self,
        key: &'a str,
        object: &'a NewObject,
        when: PutWhen<'a>,
        deadline: Deadline,
    ) -> ObjectFuture<'a, ()> {
        Box::pin(async move {
            let place = self.object(key)?;
            let kept = self.s3.upload(&place, object, when, deadline).await;
            kept.map_err(|error| unkept(error, when))
        })
    }

    fn get<'a>(
        &'a self,
        key: &'a str,
        max_bytes: u64,
        deadline: Deadline,
    ) -> ObjectFuture<'a, FoundObject> {
        Box::pin(async move {
            let object = self.object(key)?;
            let mut bytes = Vec::new();
            let fetched = self
                .s3
                .download(&object, &mut bytes, max_bytes, deadline)
                .await;
            let version = fetched.map_err(unhad)?.version;
            Ok(FoundObject { bytes, version })
        })
    }

    fn link<'a>(
        &'a self,
        key: &'a str,
        now: SystemTime,
        valid_for: Duration,
    ) -> ObjectFuture<'a, ObjectLink> {
        Box::pin(async move {
            let link = self.s3.presigned(&self.object(key)?, now, valid_for).await;
            link.map_err(|error| ObjectFault::Failed(error.to_string()))
        })
    }
}

/// The words of [`ObjectError`] are of an object that is fetched.
fn unkept(error: ObjectError, when: PutWhen<'_>) -> ObjectFault {
    ObjectFault::Failed(match error {
        ObjectError::Conflict => return ObjectFault::Conflict,
        // What was to be replaced has been taken away.
        ObjectError::NotFound if matches!(when, PutWhen::Unchanged(_)) => {
            return ObjectFault::Conflict;
        }
        ObjectError::Denied => {
            "the bucket refused: the role may not write to it (s3:PutObject)".to_owned()
        }
        ObjectError::TimedOut => "the bucket did not take the object in time".to_owned(),
        ObjectError::BrokenOff => "the connection to the bucket broke off".to_owned(),
        other => other.to_string(),
    })
}

/// Who may not list a bucket is refused an object that is not there.
fn unhad(error: ObjectError) -> ObjectFault {
    match error {
        ObjectError::NotFound | ObjectError::Denied => ObjectFault::NotThere,
        ObjectError::TooLarge { .. } => ObjectFault::TooLarge,
        other => ObjectFault::Failed(other.to_string()),
    }
}
