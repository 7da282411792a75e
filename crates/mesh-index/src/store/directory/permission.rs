//! A corpus is what mail, tickets and documents say: nobody but its owner reads it unless the owner opens its folder.

use std::io;
use std::path::Path;

#[cfg(unix)]
pub(crate) fn only_owner(folder: &Path) -> io::Result<()> {
    set(folder, 0o700)
}

/// Lets enter a folder within `folder` whoever may enter that.
#[cfg(all(unix, feature = "ingest"))]
pub(crate) fn folder_as(folder: &Path, within: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = std::fs::metadata(folder)?.permissions().mode();
    set(within, 0o700 | (folder & 0o055))
}

/// Lets read and write a file whoever may enter its folder, so that a folder opened to a group stays open to it.
#[cfg(unix)]
pub(crate) fn as_folder(folder: &Path, file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = std::fs::metadata(folder)?.permissions().mode();
    // Only the owner writes: the others' right to enter is a right to read.
    let mode = 0o600 | (folder & 0o044);
    if std::fs::metadata(file)?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    set(file, mode)
}

#[cfg(unix)]
fn set(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn only_owner(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn as_folder(_folder: &Path, _file: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(not(unix), feature = "ingest"))]
pub(crate) fn folder_as(_folder: &Path, _within: &Path) -> io::Result<()> {
    Ok(())
}
