//! Words of one family that stemming leaves apart: `deliver` and `delivery`, `colour` and `color`, `write` and `written`.
//! For English stems, as the Porter2 stemmer makes them.

/// Two words of a family differ by such endings of their stems. A pair of them that are no family is seldom both in one
/// corpus, and costs one word of a question its sharpness.
const ENDINGS: [[&str; 2]; 23] = [
    // deliver, delivery
    ["", "eri"],
    // difficult, difficulty
    ["", "i"],
    // apply, application
    ["i", "ic"],
    // decide, decision
    ["id", "is"],
    // extend, extension
    ["nd", "ns"],
    // convert, conversion
    ["rt", "rs"],
    // submit, submission
    ["bmit", "bmiss"],
    ["rmit", "rmiss"],
    ["smit", "smiss"],
    // maintain, maintenance
    ["tain", "ten"],
    // explain, explanation
    ["lain", "lan"],
    // fail, failure
    ["", "ur"],
    // store, storage
    ["", "ag"],
    // ship, shipment
    ["", "ment"],
    // guide, guidance
    ["", "anc"],
    // read, readable
    ["", "abl"],
    // colour, color
    ["our", "or"],
    // centre, center
    ["tr", "ter"],
    // licence, license
    ["nc", "ns"],
    // catalogue, catalog
    ["og", "ogu"],
    // analyse, analyze
    ["ys", "yz"],
    // analyse, analysis
    ["ys", "ysi"],
    // normalise, normal and normalize
    ["", "is"],
];

/// Both words of a pair keep at least so many letters in common.
const SHORTEST_ROOT: usize = 3;

/// Words that change within. The first stems of a line are of one verb or noun.
const IRREGULAR: [&[&str]; 34] = [
    &["begin", "began", "begun"],
    &["bind", "bound"],
    &["break", "broke", "broken"],
    &["build", "built"],
    &["buy", "bought"],
    &["catch", "caught"],
    &["child", "children"],
    &["choos", "chose", "chosen", "choic"],
    &["draw", "drew", "drawn"],
    &["drive", "drove", "driven"],
    &["forget", "forgot", "forgotten"],
    &["freez", "froze", "frozen"],
    &["gray", "grey"],
    &["grow", "grew", "grown", "growth"],
    &["hide", "hid", "hidden"],
    &["hold", "held"],
    &["index", "indic"],
    &["keep", "kept"],
    &["know", "knew", "known", "knowledg"],
    &["lose", "lost", "loss"],
    &["matrix", "matric"],
    &["mean", "meant"],
    &["mous", "mice"],
    &["overrid", "overrod", "overridden"],
    &["pay", "paid"],
    &["run", "ran"],
    &["sell", "sold", "sale"],
    &["send", "sent"],
    &["speak", "spoke", "spoken", "speech"],
    &["spend", "spent"],
    &["teach", "taught"],
    &["throw", "threw", "thrown"],
    &["vertex", "vertic"],
    &["write", "wrote", "written"],
];

/// The stems of other words of the family of `stem`, those that no text has among them.
pub(super) fn relatives(stem: &str) -> Vec<String> {
    let mut relatives = Vec::new();
    if !stem.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return relatives;
    }
    for [one, other] in ENDINGS {
        relatives.extend(exchanged(stem, one, other));
        relatives.extend(exchanged(stem, other, one));
    }
    let irregular = IRREGULAR.iter().filter(|family| family.contains(&stem));
    let others = irregular
        .flat_map(|family| family.iter())
        .filter(|other| **other != stem);
    relatives.extend(others.map(|other| (*other).to_owned()));
    relatives
}

fn exchanged(stem: &str, from: &str, to: &str) -> Option<String> {
    let root = stem.strip_suffix(from)?;
    let common = root.len()
        + from
            .bytes()
            .zip(to.bytes())
            .take_while(|(a, b)| a == b)
            .count();
    (common >= SHORTEST_ROOT).then(|| format!("{root}{to}"))
}
