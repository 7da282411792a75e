//! The encoding of an export that a spreadsheet wrote: the one of its country, which nothing in the file names.

use std::io::{BufRead, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use crate::ingest::decode;
use crate::ingest::skip::SkipReason;
use crate::ingest::tickets::input::Input;

/// More than this tells no more.
const MAX_SAMPLE_BYTES: usize = 1024 * 1024;

/// A longer line is looked at in pieces.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// What ends a field whatever the delimiter, and is no half of a character in any encoding. `|` is one in those of East Asia.
const BETWEEN_FIELDS: &[u8] = b",;\t\"\r\n";

/// What the fields that are not UTF-8 are most likely in; none where all are UTF-8.
pub(super) fn encoding<R: BufRead + Seek>(
    input: &mut Input<R>,
) -> Result<Option<&'static Encoding>, SkipReason> {
    let mut input = input.open()?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut sampled = 0;
    let mut line = Vec::new();
    while sampled < MAX_SAMPLE_BYTES {
        line.clear();
        let mut limited = input.by_ref().take(MAX_LINE_BYTES);
        // What is broken further on is told by who reads the rows.
        if limited.read_until(b'\n', &mut line).unwrap_or_default() == 0 {
            break;
        }
        let fields = line.split(|byte| BETWEEN_FIELDS.contains(byte));
        for field in fields.filter(|field| decode::utf8(field).is_none()) {
            detector.feed(field, false);
            detector.feed(b"\n", false);
            sampled += field.len();
        }
    }
    detector.feed(b"", true);
    Ok((sampled > 0).then(|| detector.guess(None, Utf8Detection::Deny)))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_KR, GBK, SHIFT_JIS, UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254,
    };

    use super::*;
    use crate::ingest::notes::Notes;
    use crate::ingest::tickets::tests::all;
    use crate::record::Ticket;

    fn check(encoding: &'static Encoding, header: &str, rows: &[&str]) -> (Vec<Ticket>, Notes) {
        let rows: String = (1..)
            .zip(rows)
            .map(|(number, summary)| format!("AB-{number};{summary}\n"))
            .collect();
        let text = format!("{header}\n{rows}");
        let (bytes, _, has_unmappable) = encoding.encode(&text);
        assert!(!has_unmappable, "{text}");
        let (read, tickets, notes) = all("t.csv", bytes);
        assert_eq!(read, Ok(()), "{}", encoding.name());
        (tickets, notes)
    }

    #[test]
    fn an_export_is_read_in_the_encoding_of_its_country() {
        for (encoding, header, rows) in [
            (
                WINDOWS_1251,
                "Issue key;Summary",
                [
                    "Насос протекает после замены клапана",
                    "Не открывается отчёт",
                ],
            ),
            (
                WINDOWS_1251,
                "Ключ запроса;Тема",
                [
                    "Насос протекает после замены клапана",
                    "Не открывается отчёт",
                ],
            ),
            (
                WINDOWS_1250,
                "Issue key;Summary",
                [
                    "Pompa przecieka po wymianie zaworu, proszę sprawdzić",
                    "Nie można otworzyć załącznika",
                ],
            ),
            (
                WINDOWS_1253,
                "Issue key;Summary",
                [
                    "Η αντλία έχει διαρροή μετά την αλλαγή",
                    "Δεν ανοίγει η αναφορά",
                ],
            ),
            (
                WINDOWS_1254,
                "Issue key;Summary",
                [
                    "Pompa vanası değiştirildikten sonra sızdırıyor",
                    "Rapor açılmıyor, lütfen inceleyin",
                ],
            ),
            (
                SHIFT_JIS,
                "Issue key;Summary",
                [
                    "バルブ交換後にポンプから液漏れが発生する",
                    "レポートを開くことができません",
                ],
            ),
            (
                GBK,
                "Issue key;Summary",
                ["更换阀门后水泵漏水，请检查一下", "无法打开报告"],
            ),
            (
                BIG5,
                "Issue key;Summary",
                ["更換閥門後水泵漏水，請檢查一下", "無法打開報告"],
            ),
            (
                EUC_KR,
                "Issue key;Summary",
                [
                    "밸브 교체 후 펌프에서 누수가 발생합니다",
                    "보고서를 열 수 없습니다",
                ],
            ),
        ] {
            let (tickets, notes) = check(encoding, header, &rows);
            let summaries: Vec<_> = tickets.iter().map(|ticket| &ticket.summary[..]).collect();
            assert_eq!(summaries, rows, "{}", encoding.name());
            let (place, value) = &notes.groups[0].places[0];
            assert_eq!((place.to_string(), notes.groups.len()), (String::new(), 1));
            assert!(!value.is_empty());
        }
    }

    #[test]
    fn of_an_export_in_utf_8_nothing_is_told() {
        let (tickets, notes) = check(UTF_8, "Issue key;Summary", &["Насос протекает"]);
        assert_eq!(tickets[0].summary, "Насос протекает");
        assert!(notes.is_empty());
    }
}
