//! The corpus of the function: beside it in the package, in a layer, or fetched from a bucket.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use flate2::read::GzDecoder;
use mesh_app::config::Variables;
use mesh_aws::{Aws, Object, ObjectError, S3};
use mesh_core::Deadline;
use mesh_index::Corpus;
use mesh_tools::CorpusHandle;
use tar::Archive;
use tokio::io::{AsyncReadExt as _, DuplexStream};
use tokio::runtime::Handle;

/// The one folder that a function may write to, where `TMPDIR` names no other.
const SCRATCH: &str = "/tmp";
/// More is a mistake: Lambda's own bound for that folder is 10 GB, and reading it would take minutes.
const LARGEST: u64 = 8 * 1024 * 1024 * 1024;
/// For the whole of fetching; no request waits that long.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Names the corpus, the policy and the file of other servers that came with the function, where there are any and none are named.
pub(crate) fn beside(variables: Variables) -> Variables {
    let package = variables.foreign("LAMBDA_TASK_ROOT").map(PathBuf::from);
    let policy = package.as_ref().map(|package| package.join("policy.toml"));
    let variables = variables.or("MESH_POLICY", policy.filter(|policy| policy.exists()));
    let upstreams = package
        .as_ref()
        .and_then(|package| servers(&package.join("upstreams")));
    let variables = variables.or("MESH_UPSTREAMS", upstreams);
    let places = [package, Some(PathBuf::from("/opt"))];
    let found = places
        .into_iter()
        .flatten()
        .map(|place| place.join("corpus"))
        .find(|folder| folder.is_dir());
    let is_fetched = variables.foreign("MESH_CORPUS_URI").is_some();
    variables.or("MESH_CORPUS", found.filter(|_| !is_fetched))
}

/// The file of a folder that is no lock.
fn servers(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?;
    let mut files = files.flatten().map(|file| file.path());
    files.find(|file| file.file_name().is_some_and(|name| name != "mesh.lock"))
}

/// Opens a corpus on a thread that may block.
///
/// # Errors
/// One sentence without paths; the log has the whole.
pub(crate) async fn open(folder: PathBuf) -> Result<Corpus, String> {
    let opened = tokio::task::spawn_blocking(move || Corpus::open_mapped(&folder)).await;
    match opened {
        Ok(Ok(corpus)) => Ok(corpus),
        Ok(Err(error)) => {
            tracing::error!(%error, "the corpus cannot be opened");
            Err("the corpus cannot be opened; index it again and deploy it".to_owned())
        }
        Err(_) => Err("the corpus cannot be opened".to_owned()),
    }
}

/// A corpus that is fetched when it is first needed.
///
/// # Errors
/// When the address names no object.
pub(crate) fn remote(aws: &Aws, uri: &str, variables: &Variables) -> anyhow::Result<CorpusHandle> {
    let scratch: PathBuf = variables
        .foreign("TMPDIR")
        .map_or_else(|| SCRATCH.into(), PathBuf::from);
    let object: Object = uri.parse().context("`MESH_CORPUS_URI` names no object")?;
    let s3 = S3::new(aws);
    let unpacking = Arc::new(Mutex::new(()));
    Ok(CorpusHandle::remote(Box::new(move || {
        let (s3, object, scratch) = (s3.clone(), object.clone(), scratch.clone());
        let unpacking = Arc::clone(&unpacking);
        Box::pin(async move { fetch(&s3, &object, &scratch, unpacking).await })
    })))
}

/// Unpacks the archive as it comes: there is room for a corpus, and not for its archive beside it.
async fn fetch(
    s3: &S3,
    object: &Object,
    scratch: &Path,
    unpacking: Arc<Mutex<()>>,
) -> Result<Corpus, String> {
    const PIPE: usize = 256 * 1024;
    let folder = scratch.join("corpus");
    let (mut sink, stream) = tokio::io::duplex(PIPE);
    let archive = Arriving {
        stream,
        runtime: Handle::current(),
    };
    let unpacked = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || {
            // An attempt that was given up may still be clearing away what it has left.
            let _alone = unpacking.lock().unwrap_or_else(PoisonError::into_inner);
            unpack(archive, &folder)
        })
    };
    let deadline = Deadline::after(Instant::now(), TIMEOUT);
    let fetched = s3.download(object, &mut sink, LARGEST, deadline).await;
    drop(sink);
    let unpacked = unpacked.await;
    match (fetched, unpacked) {
        (_, Err(_)) => Err("the archive of the corpus cannot be unpacked".to_owned()),
        // Whoever reads has ended first, and says why, where it had a reason.
        (Ok(_) | Err(ObjectError::Unwritten(_)), Ok(unpacked)) => match unpacked {
            Ok(()) => open(folder).await,
            Err(error) => Err(told(&error)),
        },
        (Err(error), Ok(_)) => Err(format!("the corpus could not be fetched: {error}")),
    }
}

fn told(error: &io::Error) -> String {
    tracing::error!(%error, "the archive of the corpus cannot be unpacked");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "there is no room for the corpus; the function has to be given more: `function.ephemeral_storage_mb`"
        }
        _ => "the archive of the corpus cannot be unpacked; make it again",
    }
    .to_owned()
}

/// What is still arriving, for a thread that may block.
struct Arriving {
    stream: DuplexStream,
    runtime: Handle,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.runtime.block_on(self.stream.read(buffer))
    }
}

/// Into a folder of its own: what an attempt that broke off left there goes first, and what this one leaves if it does.
fn unpack(archive: impl Read, folder: &Path) -> io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let mut archive = Archive::new(GzDecoder::new(archive).take(LARGEST));
    let unpacked = archive.unpack(folder).and_then(|()| {
        // To the end, where its checksum is.
        io::copy(&mut archive.into_inner(), &mut io::sink())
    });
    if unpacked.is_err()
        && folder.exists()
        && let Err(error) = std::fs::remove_dir_all(folder)
    {
        tracing::warn!(%error, "what was unpacked of the corpus is left");
    }
    unpacked.map(drop)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// Two files, one after the other, hardly compressed.
    fn archive() -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
        for name in ["one", "two"] {
            let content = name.repeat(100_000);
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            let added = archive.append_data(&mut header, name, content.as_bytes());
            added.expect("added");
        }
        let compressed = archive.into_inner().expect("an archive");
        compressed.finish().expect("compressed")
    }

    /// As a disk that is full says it in the middle.
    struct Full;

    impl Read for Full {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn where_there_is_no_room_nothing_is_left_and_the_setting_is_named() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("corpus");
        let archive = archive();
        let error = unpack(Read::chain(&archive[..400_000], Full), &folder).expect_err("no room");
        assert!(
            told(&error).contains("`function.ephemeral_storage_mb`"),
            "{error}"
        );
        assert!(!folder.exists());
        unpack(&*archive, &folder).expect("unpacked");
        let two = std::fs::read(folder.join("two")).expect("there");
        assert_eq!(two.len(), 300_000);
    }

    #[test]
    fn an_archive_that_was_changed_on_its_way_is_none() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("corpus");
        let mut archive = archive();
        archive[1_000] ^= 1;
        let error = unpack(&*archive, &folder).expect_err("another checksum");
        assert!(told(&error).contains("make it again"), "{error}");
        assert!(!folder.exists());
    }
}
