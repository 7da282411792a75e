/// In seconds, as its first block has it (RFC 9639, section 8.2). None where whoever wrote it did not know.
pub(super) fn seconds(head: &[u8]) -> Option<f64> {
    let rest = head.strip_prefix(b"fLaC")?;
    let is_first = rest.first()? & 0x7f == 0;
    let facts = rest.get(14..22).filter(|_| is_first)?;
    let facts = u64::from_be_bytes(facts.try_into().ok()?);
    let (rate, samples) = (facts >> 44, facts & 0xf_ffff_ffff);
    (rate > 0 && samples > 0).then(|| samples as f64 / rate as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_it_knows_is_said() {
        let flac = |facts: u64| {
            let head = b"fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0".as_slice();
            [head, &facts.to_be_bytes()].concat()
        };
        assert_eq!(seconds(&flac(44_100 << 44 | 441_000)), Some(10.0));
        for unknown in [flac(44_100 << 44), flac(441_000), flac(0)[..25].to_vec()] {
            assert_eq!(seconds(&unknown), None, "{unknown:?}");
        }
    }
}
