//! Comments of MDX: `{/* nobody sees this */}`.

use super::code::Code;

const START: &str = "{/*";

const END: &str = "*/}";

/// The text without them, and with as many lines; `None` where there are none.
pub(super) fn without_comments(text: &str) -> Option<String> {
    if !text.contains(START) {
        return None;
    }
    let code = Code::of(text);
    let mut shown = String::with_capacity(text.len());
    // Up to where the text is shown or left out, and from where a comment is looked for.
    let (mut done, mut from) = (0, 0);
    while let Some(start) = text[from..].find(START).map(|found| from + found) {
        if let Some(end) = code.end(start) {
            from = end;
            continue;
        }
        let inside = start + START.len();
        let Some(length) = text[inside..].find(END) else {
            break;
        };
        let end = inside + length + END.len();
        shown.push_str(&text[done..start]);
        shown.extend(text[start..end].matches('\n'));
        (done, from) = (end, end);
    }
    shown.push_str(&text[done..]);
    (done > 0).then_some(shown)
}
