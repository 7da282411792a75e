use super::SearchError;
use crate::store::date::{first_second_of_day, last_second_of_day, seconds};

/// Whether a search can be held to these days: each is one, and they do not run backwards.
///
/// # Errors
/// `BadFilter`, with what is wrong with them.
pub fn check_period(date_from: Option<&str>, date_to: Option<&str>) -> Result<(), SearchError> {
    period(date_from, date_to).map(drop)
}

/// The first and the last second.
pub(super) fn period(
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(Option<i64>, Option<i64>), SearchError> {
    let first = from
        .map(|text| instant("date_from", text, first_second_of_day))
        .transpose()?;
    let last = to
        .map(|text| instant("date_to", text, last_second_of_day))
        .transpose()?;
    match (first.zip(last), from, to) {
        (Some((first, last)), Some(from), Some(to)) if first > last => {
            Err(SearchError::BadFilter {
                field: "date_from",
                why: format!("`{from}` is after `dateTo`, `{to}`: nothing is between them"),
            })
        }
        _ => Ok((first, last)),
    }
}

fn instant(
    field: &'static str,
    text: &str,
    of_day: fn(&str) -> Option<i64>,
) -> Result<i64, SearchError> {
    of_day(text)
        .or_else(|| seconds(text))
        .ok_or_else(|| SearchError::BadFilter {
            field,
            why: format!("`{text}` is neither YYYY-MM-DD nor an RFC 3339 date and time"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_period_and_one_that_runs_backwards_is_none() {
        let day = Some("2026-01-02");
        assert!(check_period(day, day).is_ok());
        assert!(check_period(day, None).is_ok());
        let told = check_period(Some("2026-01-03"), day).expect_err("backwards");
        let why = "`date_from` can't be used: `2026-01-03` is after `dateTo`, `2026-01-02`: nothing is between them";
        assert_eq!(told.to_string(), why);
    }
}
