use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;

use mesh_embed::{DIMENSIONS, Scanned, Vector};
use sha2::{Digest as _, Sha256};

/// Counts up with every change of what the bytes mean, or of the text that a vector is made of.
const MAGIC: &[u8; 8] = b"MESHVEC\x01";
const HEAD: usize = MAGIC.len() + DIGEST + COUNT;
const DIGEST: usize = 32;
const COUNT: usize = 8;
const KEY: usize = 8;
const SCALE: usize = 4;

/// The vectors of a corpus, by the keys of their texts.
#[derive(Debug)]
pub(super) struct Table {
    /// The model that made them.
    pub(super) model: [u8; DIGEST],
    /// In order.
    keys: Vec<u64>,
    scales: Vec<f32>,
    bytes: Vec<u8>,
    values: Range<usize>,
}

impl Table {
    /// Reads a table; `None` where the file is none, or is damaged.
    pub(super) fn read(mut file: File) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut bytes)?;
        // A head that does not go with the file's length would have any length read.
        if length(&bytes) != Some(file.metadata()?.len()) {
            return Ok(None);
        }
        file.read_to_end(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// Reads a table; `None` where the bytes are none, or are damaged.
    fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let (content, sum) = bytes.split_last_chunk::<DIGEST>()?;
        let head = content.strip_prefix(MAGIC)?;
        let (model, rest) = head.split_first_chunk::<DIGEST>()?;
        let (count, rest) = rest.split_first_chunk::<COUNT>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let (keys, rest) = rest.split_at_checked(count.checked_mul(KEY)?)?;
        let (scales, values) = rest.split_at_checked(count.checked_mul(SCALE)?)?;
        if Some(values.len()) != count.checked_mul(DIMENSIONS)
            || Sha256::digest(content)[..] != *sum
        {
            return None;
        }
        let keys: Vec<u64> = keys
            .as_chunks()
            .0
            .iter()
            .map(|key| u64::from_le_bytes(*key))
            .collect();
        let scales = scales
            .as_chunks()
            .0
            .iter()
            .map(|scale| f32::from_le_bytes(*scale))
            .collect();
        let start = HEAD + count * (KEY + SCALE);
        keys.is_sorted().then_some(())?;
        Some(Self {
            model: *model,
            keys,
            scales,
            values: start..content.len(),
            bytes,
        })
    }

    /// How many vectors there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn find(&self, key: u64) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// The similarity of each row to a question's vector.
    pub(super) fn similarities(&self, question: &Vector) -> Vec<f32> {
        let mut similarities = vec![0.0; self.keys.len()];
        let values = &self.bytes[self.values.clone()];
        Scanned::new(question).similarities(&self.scales, values, |row, similarity| {
            similarities[row] = similarity;
        });
        similarities
    }

    #[cfg(feature = "ingest")]
    pub(super) fn vectors(&self) -> impl Iterator<Item = (u64, Vector)> {
        let (rows, _) = self.bytes[self.values.clone()].as_chunks::<DIMENSIONS>();
        self.keys
            .iter()
            .zip(&self.scales)
            .zip(rows)
            .map(|((key, scale), row)| {
                let values = row.map(|value| value as i8);
                (
                    *key,
                    Vector {
                        scale: *scale,
                        values,
                    },
                )
            })
    }
}

/// The bytes of a table that has these vectors.
#[cfg(any(test, feature = "ingest"))]
pub(super) fn to_bytes<'a>(
    model: [u8; DIGEST],
    vectors: impl Iterator<Item = (&'a u64, &'a Vector)> + Clone,
) -> Vec<u8> {
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
    content
}

/// How long a table is that begins so; `None` where nothing is.
fn length(head: &[u8]) -> Option<u64> {
    let (_, count) = head.split_last_chunk::<COUNT>()?;
    let rows = u64::from_le_bytes(*count).checked_mul((KEY + SCALE + DIMENSIONS) as u64)?;
    rows.checked_add((HEAD + DIGEST) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn vector(first: i8) -> Vector {
        let mut values = [0; DIMENSIONS];
        values[0] = first;
        Vector {
            scale: 1.0 / 127.0,
            values,
        }
    }

    fn bytes() -> Vec<u8> {
        let vectors = BTreeMap::from([(9, vector(127)), (4, vector(-127))]);
        to_bytes([7; 32], vectors.iter())
    }

    fn read(bytes: &[u8]) -> Option<Table> {
        let folder = TempDir::new().expect("makes a folder");
        let path = folder.path().join("passages.bin");
        fs::write(&path, bytes).expect("writes");
        Table::read(File::open(path).expect("opens")).expect("reads")
    }

    #[test]
    fn what_was_written_is_found_by_its_key() {
        let table = read(&bytes()).expect("is a table");
        assert_eq!(
            (table.model, table.find(4), table.find(9), table.find(5)),
            ([7; 32], Some(0), Some(1), None)
        );
        assert_eq!(table.similarities(&vector(127)), [-1.0, 1.0]);
    }

    #[test]
    fn a_table_with_any_byte_changed_is_none() {
        let whole = bytes();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x40;
            assert!(read(&changed).is_none(), "{at}");
        }
    }

    #[test]
    fn a_table_cut_anywhere_is_none() {
        let whole = bytes();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_none(), "{length}");
        }
    }
    #[test]
    fn a_table_whose_head_claims_more_than_there_is_is_none() {
        let mut claiming = bytes();
        claiming[40..48].copy_from_slice(&(u64::MAX / 300).to_le_bytes());
        assert!(read(&claiming).is_none());
    }
}
