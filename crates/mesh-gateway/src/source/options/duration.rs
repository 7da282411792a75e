use std::time::Duration;

use super::super::field::Field;
use super::super::node::Value;
use super::super::reading::Reading;

/// Longer than anything here is waited for.
const MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// `"30s"`, `"10m"`, or a number of seconds.
pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Duration> {
    let seconds = match &field.node.value {
        Value::Number(number) => number.as_f64(),
        Value::Text(text) => parse(text),
        _ => None,
    };
    match seconds {
        Some(seconds) => checked(field, seconds, reading),
        None => {
            reading.fault(field, "this must be a time, such as `\"500ms\"`, `\"30s\"`, `\"10m\"`, `\"1h\"` or a number of seconds");
            None
        }
    }
}

pub(super) fn checked(
    field: &Field<'_>,
    seconds: f64,
    reading: &mut Reading<'_>,
) -> Option<Duration> {
    let duration = Duration::try_from_secs_f64(seconds).ok();
    let duration = duration.filter(|duration| !duration.is_zero() && *duration <= MAX);
    if duration.is_none() {
        reading.fault(field, "this must be more than nothing, and a week at most");
    }
    duration
}

fn parse(text: &str) -> Option<f64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * unit)
}
