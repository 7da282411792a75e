//! More passages than the manual has: its own, told again with other words in them, so that none is a copy.

use mesh_index::Passage;

use crate::retrieval::pages::Page;

/// How many of a text's words each retelling replaces: enough that it is no near-duplicate, few enough that the common
/// words stay as common as they are.
const REPLACED_ONE_IN: u64 = 5;

/// The pages again and again, each time retold, until there are `passages`.
pub(crate) fn multiply(pages: &[Page], passages: usize) -> Vec<Page> {
    let mut all = Vec::new();
    let mut count = 0;
    for round in 0.. {
        for page in pages {
            if count >= passages {
                return all;
            }
            let mut page = retell(page, round);
            page.passages.truncate(passages - count);
            count += page.passages.len();
            all.push(page);
        }
        if count == 0 {
            break;
        }
    }
    all
}

fn retell(page: &Page, round: u64) -> Page {
    let name = if round == 0 {
        page.name.clone()
    } else {
        format!("{round}-{}", page.name)
    };
    let passages = page.passages.iter().enumerate();
    let passages =
        passages.map(|(place, passage)| retell_passage(passage, &name, round, place as u64));
    Page {
        passages: passages.collect(),
        name: name.clone(),
    }
}

fn retell_passage(passage: &Passage, name: &str, round: u64, place: u64) -> Passage {
    let mut random =
        Random(round.wrapping_mul(0x9e37_79b9) ^ place ^ ((passage.text.len() as u64) << 32) | 1);
    let words = passage.text.split(' ').map(|word| {
        if round > 0 && random.next().is_multiple_of(REPLACED_ONE_IN) {
            invented(random.next())
        } else {
            word.to_owned()
        }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    Passage {
        id: format!("{round}-{}", passage.id),
        path: name.to_owned(),
        text,
        ..passage.clone()
    }
}

/// A word that can be spoken; there are 50,000 of them, a large vocabulary.
fn invented(seed: u64) -> String {
    const ONSETS: [&str; 10] = ["b", "d", "f", "g", "k", "l", "m", "r", "st", "tr"];
    const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];
    let mut rest = seed % 50_000;
    let mut word = String::new();
    for _ in 0..3 {
        word.push_str(ONSETS[(rest % 10) as usize]);
        rest /= 10;
        word.push_str(VOWELS[(rest % 5) as usize]);
        rest /= 5;
    }
    word
}

/// Xorshift: the same corpus on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retold_page_is_no_copy() {
        let passage = Passage {
            text: "one two three four five six seven eight nine ten ".repeat(10),
            ..Passage::default()
        };
        let page = Page {
            name: "a.html".to_owned(),
            passages: vec![passage],
        };
        let pages = multiply(&[page], 3);
        let texts: Vec<_> = pages.iter().map(|page| &page.passages[0].text).collect();
        assert_eq!(pages.len(), 3);
        assert!(texts[0] != texts[1] && texts[1] != texts[2]);
    }
}
