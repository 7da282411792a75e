//! As much of X.509 (RFC 5280, section 4.1) as it takes to find the end of a certificate.

use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When the certificate ends; nothing, where it cannot be read.
pub(super) fn ends(der: &[u8]) -> Option<SystemTime> {
    let (SEQUENCE, certificate, _) = element(der)? else {
        return None;
    };
    let (SEQUENCE, mut rest, _) = element(certificate)? else {
        return None;
    };
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // Serial number, signature, issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (SEQUENCE, validity, _) = element(rest)? else {
        return None;
    };
    let (kind, end, _) = element(element(validity)?.2)?;
    time(kind, std::str::from_utf8(end).ok()?)
}

/// The tag, the contents and what follows of the first element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}

/// Years of two digits begin in 1950.
fn time(kind: u8, text: &str) -> Option<SystemTime> {
    let text = match kind {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME if text >= "50" => format!("19{text}"),
        UTC_TIME => format!("20{text}"),
        _ => return None,
    };
    let at = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tagged(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
        let contents = contents.concat();
        let length = u8::try_from(contents.len()).expect("a short element");
        [&[tag, 0x81, length], contents.as_slice()].concat()
    }

    fn certificate(kind: u8, end: &str) -> Vec<u8> {
        let time = tagged(kind, &[end.as_bytes()]);
        let begin = tagged(UTC_TIME, &[b"260101000000Z"]);
        let validity = tagged(SEQUENCE, &[&begin, &time]);
        let (version, serial) = (tagged(VERSION, &[&[2, 1, 2]]), tagged(2, &[&[7]]));
        let empty = tagged(SEQUENCE, &[]);
        let inner = tagged(SEQUENCE, &[&version, &serial, &empty, &empty, &validity]);
        tagged(SEQUENCE, &[&inner])
    }

    #[test]
    fn the_end_is_read_in_both_spellings() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000);
        assert_eq!(ends(&certificate(UTC_TIME, "261120120000Z")), Some(noon));
        assert_eq!(
            ends(&certificate(GENERALIZED_TIME, "20261120120000Z")),
            Some(noon)
        );
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let whole = certificate(UTC_TIME, "261120120000Z");
        for length in 0..whole.len() {
            assert_eq!(ends(&whole[..length]), None);
        }
    }
}
