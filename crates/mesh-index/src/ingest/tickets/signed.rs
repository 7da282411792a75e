/// What somebody said or did at some time: `Ada, 2024-01-15T10:30:00Z: Seen`. What is not known is left out.
pub(super) fn signed(author: &str, when: &str, text: &str) -> String {
    let head = [author, when].map(str::trim);
    let head: Vec<&str> = head.into_iter().filter(|part| !part.is_empty()).collect();
    if head.is_empty() {
        text.to_owned()
    } else {
        format!("{}: {text}", head.join(", "))
    }
}
