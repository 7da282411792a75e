//! The checksum of the one file that tantivy gives none: what a commit says of segments, schema and sources. It is the file's
//! first member, so that the file stays the JSON that it is.

use std::io;
use std::path::Path;

const BEFORE: &[u8] = b"{\"checksum\":\"";
const AFTER: &[u8] = b"\",";
const DIGITS: usize = 8;

pub(super) fn is_sealed(path: &Path) -> bool {
    path == Path::new("meta.json")
}

pub(super) fn seal(json: &[u8]) -> Vec<u8> {
    let Some(rest) = json.strip_prefix(b"{") else {
        return json.to_owned();
    };
    let checksum = format!("{:0DIGITS$x}", crc32fast::hash(rest));
    [BEFORE, checksum.as_bytes(), AFTER, rest].concat()
}

/// A file without a checksum was written by an older version, which whoever reads on finds out.
pub(super) fn check(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let Some(rest) = bytes.strip_prefix(BEFORE) else {
        return Ok(bytes);
    };
    let is_whole = rest.split_at_checked(DIGITS).is_some_and(|(digits, rest)| {
        let content = rest.strip_prefix(AFTER).unwrap_or_default();
        format!("{:0DIGITS$x}", crc32fast::hash(content)).as_bytes() == digits
    });
    if !is_whole {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "`meta.json`: its checksum differs",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_is_json_still_and_no_byte_of_it_can_change() {
        let sealed = seal(b"{\n  \"opstamp\": 7\n}\n");
        let json: serde_json::Value = serde_json::from_slice(&sealed).expect("JSON");
        assert_eq!(json["opstamp"], 7);
        assert_eq!(check(sealed.clone()).expect("is whole"), sealed);
        for at in BEFORE.len()..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(check(altered).is_err(), "byte {at}");
        }
        for len in BEFORE.len()..sealed.len() {
            assert!(check(sealed[..len].to_owned()).is_err(), "length {len}");
        }
    }
}
