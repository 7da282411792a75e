//! What a PDF without a telling title is called: what is set largest on its first page, else the line it begins with.

use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};

use super::text::Text;

/// A longer one is a sentence.
const MAX_TITLE_BYTES: usize = 160;

/// Fewer letters are an initial or an ornament.
const MIN_LETTERS: usize = 3;

/// How much larger than the text a title is at least.
const MIN_RATIO: f64 = 1.1;

/// Sizes that differ less are the same; programs round them differently.
const SAME_SIZE: f64 = 0.02;

/// A page with more text than this begins as any other.
const MAX_PAGE_BYTES: usize = 64 * 1024;

/// What is set largest on a page, where that is larger than most of its text.
pub(super) fn largest(document: &Document, page: u32) -> Option<String> {
    let mut found = Runs::default();
    // What was seen before a fault is as good.
    let _ = output_doc_page(document, &mut found, page);
    found.largest()
}

/// What the first page with words begins with, if it is as short as a title.
pub(super) fn first_line(pages: &[String]) -> Option<&str> {
    let line = pages
        .iter()
        .flat_map(|text| text.lines())
        .map(str::trim)
        .find(|line| !line.is_empty())?;
    is_short(line).then_some(line)
}

fn is_short(text: &str) -> bool {
    text.len() <= MAX_TITLE_BYTES && !text.ends_with(['.', ',', ';', ':'])
}

/// Text set in one size without a gap, be it of several lines.
#[derive(Debug)]
struct Run {
    size: f64,
    text: Text,
}

#[derive(Debug, Default)]
struct Runs {
    runs: Vec<Run>,
    bytes: usize,
    /// Where the last character began and ended.
    start: f64,
    x: f64,
    y: f64,
}

impl Runs {
    fn largest(&self) -> Option<String> {
        let usual = self.usual_size()?;
        let letters = |run: &&Run| {
            let letters = run.text.as_str().chars().filter(|c| c.is_alphabetic());
            letters.count()
        };
        let title = self
            .runs
            .iter()
            .filter(|run| letters(run) >= MIN_LETTERS)
            .reduce(|best, run| if run.size > best.size { run } else { best })?;
        let text = title.text.clone().finish();
        let is_title = title.size >= usual * MIN_RATIO && is_short(text.trim());
        is_title.then_some(text)
    }

    /// The size that most of the text is set in.
    fn usual_size(&self) -> Option<f64> {
        let amount = |size: f64| {
            let alike = self.runs.iter().filter(|run| is_same(run.size, size));
            alike.map(|run| run.text.as_str().len()).sum::<usize>()
        };
        let sizes = self.runs.iter().map(|run| run.size);
        sizes.max_by_key(|size| amount(*size))
    }

    fn put(&mut self, text: &str, size: f64, x: f64, y: f64) {
        let drop = (y - self.y).abs();
        let is_apart = drop > size * 0.5 || x > self.x + size * 0.1;
        match self.runs.last_mut() {
            Some(run) if is_same(run.size, size) && drop <= size * 2.5 => {
                if drop > size * 0.5 || x < self.start {
                    run.text.turn();
                }
                if is_apart {
                    run.text.push(" ");
                }
                run.text.push(text);
            }
            _ => {
                let mut run = Run {
                    size,
                    text: Text::default(),
                };
                run.text.push(text);
                self.runs.push(run);
            }
        }
    }
}

fn is_same(one: f64, other: f64) -> bool {
    (one - other).abs() <= other.abs() * SAME_SIZE
}

impl OutputDev for Runs {
    fn begin_page(
        &mut self,
        _number: u32,
        _media: &MediaBox,
        _art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes <= MAX_PAGE_BYTES {
            let size = place.m21.hypot(place.m22) * font_size.abs();
            self.put(text, size, place.m31, place.m32);
            (self.start, self.y) = (place.m31, place.m32);
            self.x = place.m31 + width * size;
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(&str, f64)]) -> Option<String> {
        let mut runs = Runs::default();
        let mut y = 700.0;
        for (line, size) in lines {
            y -= size * 1.2;
            for (at, word) in line.split(' ').enumerate() {
                let x = 72.0 + at as f64 * 100.0;
                runs.put(word, *size, x, y);
                (runs.x, runs.y) = (x + 50.0, y);
            }
        }
        runs.largest()
    }

    #[test]
    fn the_largest_text_of_a_page_is_its_title() {
        let body = "Wear gloves when you handle the glaze, and open a window.";
        let lines = [
            ("Kiln news 3", 8.0),
            ("How to glaze", 24.0),
            ("a tall vase", 24.0),
            ("By Ann", 14.0),
            (body, 10.0),
        ];
        assert_eq!(page(&lines).as_deref(), Some("How to glaze a tall vase"));
        let initial = [("W", 40.0), (body, 10.0)];
        assert_eq!(page(&initial), None);
        assert_eq!(page(&[(body, 10.0), ("Even so", 10.1)]), None);
        assert_eq!(page(&[]), None);
    }
}
