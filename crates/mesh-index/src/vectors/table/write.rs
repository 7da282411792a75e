use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use mesh_embed::Vector;
use sha2::{Digest as _, Sha256};

use super::{DIGEST, MAGIC};

/// Puts a table in the place of the one in `path`, whole or not at all.
pub(in crate::vectors) fn write<'a>(
    path: &Path,
    model: [u8; DIGEST],
    vectors: impl Iterator<Item = (&'a u64, &'a Vector)> + Clone,
) -> io::Result<()> {
    let mut content = [MAGIC.as_slice(), &model].concat();
    content.extend((vectors.clone().count() as u64).to_le_bytes());
    content.extend(vectors.clone().flat_map(|(key, _)| key.to_le_bytes()));
    content.extend(
        vectors
            .clone()
            .flat_map(|(_, vector)| vector.scale.to_le_bytes()),
    );
    content.extend(vectors.flat_map(|(_, vector)| vector.values.map(|value| value as u8)));
    let sum = Sha256::digest(&content);
    content.extend(sum);
    replace(path, &content)
}

/// Writes a file beside the one it then takes the place of.
pub(in crate::vectors) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut file = File::create(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
