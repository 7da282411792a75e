//! The trace a request belongs to: W3C Trace Context, and X-Ray's header, which name the same things.

use crate::hex;

/// One request's place in a trace that began elsewhere, or here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    pub id: [u8; 16],
    /// The span that sent the request; zero where the trace begins here.
    pub parent: [u8; 8],
    pub is_sampled: bool,
}

impl Trace {
    /// Reads a `traceparent` (W3C Trace Context, section 3.2).
    #[must_use]
    pub fn from_traceparent(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let version = read::<1>(parts.next()?)?;
        let id = read::<16>(parts.next()?)?;
        let parent = read::<8>(parts.next()?)?;
        let flags = read::<1>(parts.next()?)?;
        // Version 00 has four parts; later ones may have more, and 255 is none.
        let is_known = version[0] != 255 && (version[0] != 0 || parts.next().is_none());
        (is_known && id != [0; 16] && parent != [0; 8]).then_some(Self {
            id,
            parent,
            is_sampled: flags[0] & 1 == 1,
        })
    }

    /// Reads an `X-Amzn-Trace-Id`: `Root=1-` and 8 and 24 digits, then `Parent=` and `Sampled=` in any order.
    #[must_use]
    pub fn from_xray(header: &str) -> Option<Self> {
        let field = |name: &str| {
            header
                .split(';')
                .find_map(|part| part.trim().strip_prefix(name))
        };
        let (epoch, rest) = field("Root=1-")?.split_once('-')?;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&read::<4>(epoch)?);
        id[4..].copy_from_slice(&read::<12>(rest)?);
        Some(Self {
            id,
            parent: field("Parent=").and_then(read::<8>).unwrap_or_default(),
            is_sampled: field("Sampled=") == Some("1"),
        })
    }

    /// The 32 digits that every tool for reading traces knows it by.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&self.id)
    }

    /// The `traceparent` that `span` sends on.
    #[must_use]
    pub fn traceparent(&self, span: [u8; 8]) -> String {
        let flags = u8::from(self.is_sampled);
        format!("00-{}-{}-{flags:02x}", hex(&self.id), hex(&span))
    }
}

/// Small digits only, exactly as many as fit.
fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 2 * N || !text.bytes().all(is_hex) {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_name_the_same_trace() {
        let w3c =
            Trace::from_traceparent("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01")
                .expect("a traceparent");
        let xray = Trace::from_xray(
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a:0",
        )
        .expect("a header of X-Ray");
        assert_eq!(w3c, xray);
        assert_eq!(w3c.id(), "5759e988bd862e3fe1be46a994272793");
        assert_eq!(
            w3c.traceparent([1; 8]),
            "00-5759e988bd862e3fe1be46a994272793-0101010101010101-01"
        );
    }

    #[test]
    fn what_is_not_a_trace_is_none() {
        for header in [
            "",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8",
            "00-5759E988BD862E3FE1BE46A994272793-53995c3f42cd8ad8-01",
            "00-00000000000000000000000000000000-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-0000000000000000-01",
            "ff-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01-more",
            "00-\u{e9}759e988bd862e3fe1be46a99427279-53995c3f42cd8ad8-01",
        ] {
            assert_eq!(Trace::from_traceparent(header), None, "{header}");
        }
        for header in ["", "Root=1-5759e988", "Root=1-5759e988-xyz", "Self=1"] {
            assert_eq!(Trace::from_xray(header), None, "{header}");
        }
        let begins = Trace::from_xray("Root=1-5759e988-bd862e3fe1be46a994272793").expect("a root");
        assert_eq!((begins.parent, begins.is_sampled), ([0; 8], false));
    }
}
