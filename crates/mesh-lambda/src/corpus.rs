//! The corpus of the function: beside it in the package, in a layer, or fetched from a bucket.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use flate2::read::GzDecoder;
use mesh_app::config::Variables;
use mesh_aws::{Aws, Object, S3};
use mesh_core::Deadline;
use mesh_index::Corpus;
use mesh_tools::CorpusHandle;
use tar::Archive;

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
    Ok(CorpusHandle::remote(Box::new(move || {
        let (s3, object, scratch) = (s3.clone(), object.clone(), scratch.clone());
        Box::pin(async move { fetch(&s3, &object, &scratch).await })
    })))
}

async fn fetch(s3: &S3, object: &Object, scratch: &Path) -> Result<Corpus, String> {
    let archive = scratch.join("corpus.tar.gz");
    let folder = scratch.join("corpus");
    download(s3, object, &archive).await?;
    let unpacked = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || unpack(&archive, &folder)).await
    };
    match unpacked {
        Ok(Ok(())) => open(folder).await,
        Ok(Err(error)) => {
            tracing::error!(%error, "the archive of the corpus cannot be unpacked");
            Err("the archive of the corpus cannot be unpacked; make it again".to_owned())
        }
        Err(_) => Err("the archive of the corpus cannot be unpacked".to_owned()),
    }
}

async fn download(s3: &S3, object: &Object, archive: &Path) -> Result<(), String> {
    let unwritable = |error: std::io::Error| {
        tracing::error!(%error, "the archive of the corpus cannot be written");
        "there is no room for the corpus".to_owned()
    };
    let mut file = tokio::fs::File::create(archive).await.map_err(unwritable)?;
    let deadline = Deadline::after(Instant::now(), TIMEOUT);
    s3.download(object, &mut file, LARGEST, deadline)
        .await
        .map_err(|error| format!("the corpus could not be fetched: {error}"))?;
    tokio::io::AsyncWriteExt::flush(&mut file)
        .await
        .map_err(unwritable)
}

/// Into a folder of its own: what an attempt that broke off left there goes first.
fn unpack(archive: &Path, folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let unpacked = Archive::new(GzDecoder::new(File::open(archive)?).take(LARGEST)).unpack(folder);
    std::fs::remove_file(archive)?;
    unpacked
}
