use rusqlite::{Error, ErrorCode, ffi};

use crate::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(fault) = error.sqlite_error() else {
            // A column that is not of the kind the schema has.
            return Self::Corrupt;
        };
        match fault.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
                Self::Denied("`state.db` or its folder".to_owned())
            }
            ErrorCode::SystemIoFailure if is_room(fault.extended_code) => Self::Full,
            ErrorCode::SystemIoFailure if is_damage(fault.extended_code) => Self::Corrupt,
            _ => Self::Refused(error.to_string()),
        }
    }
}

/// A limit on the size of files and a quota are told as failed writes.
const fn is_room(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_TRUNCATE
    )
}

/// Pages that should be there are not.
const fn is_damage(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_DATA | ffi::SQLITE_IOERR_CORRUPTFS
    )
}
