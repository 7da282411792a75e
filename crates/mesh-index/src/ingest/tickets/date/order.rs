use jiff::Timestamp;

use super::Reading;

/// Which comes first in the dates of one export, as far as those show that can be read one way only.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ingest::tickets) struct Order {
    has_day_first: bool,
    has_month_first: bool,
}

impl Order {
    pub(in crate::ingest::tickets) fn learn(&mut self, text: &str) {
        match Reading::of(text) {
            Some(Reading {
                day_first: Some(_),
                month_first: None,
            }) => self.has_day_first = true,
            Some(Reading {
                day_first: None,
                month_first: Some(_),
            }) => self.has_month_first = true,
            _ => {}
        }
    }

    /// `None` where both ways are open and the export shows neither, or both.
    pub(super) fn decide(&self, reading: &Reading) -> Option<Timestamp> {
        let (Some(day_first), Some(month_first)) = (reading.day_first, reading.month_first) else {
            return reading.day_first.or(reading.month_first);
        };
        match (self.has_day_first, self.has_month_first) {
            _ if day_first == month_first => Some(day_first),
            (true, false) => Some(day_first),
            (false, true) => Some(month_first),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(column: &[&str], text: &str) -> Option<String> {
        let mut order = Order::default();
        column.iter().for_each(|text| order.learn(text));
        let reading = Reading::of(text).expect("the test gives a date");
        order.decide(&reading).map(|at| at.to_string())
    }

    #[test]
    fn one_date_that_can_be_read_one_way_decides_the_others() {
        let april = "2024-04-03T09:00:00Z";
        let march = "2024-03-04T09:00:00Z";
        assert_eq!(
            decided(&["25/12/2023"], "03/04/24 9:00").as_deref(),
            Some(april)
        );
        assert_eq!(
            decided(&["12/25/2023"], "03/04/24 9:00").as_deref(),
            Some(march)
        );
        assert_eq!(
            decided(&["7.8.23"], "03/04/24 9:00").as_deref(),
            Some(april)
        );
    }

    #[test]
    fn dates_that_contradict_each_other_decide_nothing() {
        let column = ["25/12/2023", "12/25/2023", "1/2/2024"];
        assert_eq!(decided(&column, "03/04/24"), None);
        assert_eq!(
            decided(&column, "04/04/24").as_deref(),
            Some("2024-04-04T00:00:00Z")
        );
        assert_eq!(decided(&["01/02/2024"], "03/04/24"), None);
    }
}
