//! As much of XML as the answers of S3, STS and IAM need: elements without attributes, and texts without entities, for the
//! names, ARNs and decisions in them have none.

/// The text of the first element of this name.
pub(crate) fn text<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    rest.split_once(&format!("</{tag}>")).map(|(text, _)| text)
}

/// What stands in each `member` directly under the first element of this name; members of members stay in theirs.
#[cfg(feature = "operate")]
pub(crate) fn members<'a>(xml: &'a str, tag: &str) -> Vec<&'a str> {
    const OPEN: &str = "<member>";
    const CLOSE: &str = "</member>";
    let mut rest = text(xml, tag).unwrap_or_default();
    let mut members = Vec::new();
    while let Some(start) = rest.find(OPEN) {
        let inner = &rest[start + OPEN.len()..];
        let mut depth = 1_usize;
        let mut at = 0;
        while depth > 0 {
            let Some(close) = inner[at..].find(CLOSE) else {
                return members;
            };
            let opened = inner[at..at + close].matches(OPEN).count();
            depth = depth + opened - 1;
            at += close + CLOSE.len();
        }
        members.push(&inner[..at - CLOSE.len()]);
        rest = &inner[at..];
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_element_of_a_name_counts() {
        let xml = "<Error><Code>NoSuchKey</Code><Message>x</Message></Error>";
        assert_eq!(text(xml, "Code"), Some("NoSuchKey"));
        assert_eq!(text(xml, "Key"), None);
        assert_eq!(text("<Code>broken", "Code"), None);
    }

    #[cfg(feature = "operate")]
    #[test]
    fn members_of_members_stay_in_theirs() {
        let xml = "<L><member>a<M><member>b</member></M></member><member>c</member></L>";
        assert_eq!(members(xml, "L"), ["a<M><member>b</member></M>", "c"]);
        assert!(members("<L><member>broken</L>", "L").is_empty());
    }
}
