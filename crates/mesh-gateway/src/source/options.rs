//! What is ours in an entry, under `"mesh"`: no other client writes there, so whatever is not understood is a fault.

mod duration;
mod oauth;
mod sign;
mod tools;
mod write;

use std::time::Duration;

pub(super) use write::written;

use super::field::Field;
use super::reading::Reading;
use crate::entry::Options;

pub(super) fn read(mesh: &Field<'_>, options: &mut Options, reading: &mut Reading<'_>) {
    for field in mesh.members(reading).unwrap_or_default() {
        set(&field, options, reading);
    }
}

fn set(field: &Field<'_>, options: &mut Options, reading: &mut Reading<'_>) {
    match field.name {
        "team" => options.team = team(field, reading),
        "tools" => tools::read(field, &mut options.tools, reading),
        "timeout" => options.timeout = duration::read(field, reading),
        "startTimeout" => assign(&mut options.start_timeout, duration::read(field, reading)),
        "idle" => assign(&mut options.idle, duration::read(field, reading)),
        "maxConcurrent" => options.max_concurrent = count(field, reading),
        "eager" => assign(&mut options.eager, field.flag(reading)),
        "insecure" => assign(&mut options.insecure, field.flag(reading)),
        "relay" => assign(&mut options.relay, field.flag(reading)),
        "replay" => assign(&mut options.replay, field.flag(reading)),
        "oauth" => options.oauth = oauth::read(field, reading),
        "sign" => options.sign = sign::read(field, reading),
        _ => reading.fault(
            field,
            "this is no option: `team`, `tools`, `timeout`, `startTimeout`, `idle`, `maxConcurrent`, `eager`, \
             `relay`, `replay`, `oauth`, `sign` and `insecure` are",
        ),
    }
}

fn assign<T>(option: &mut T, read: Option<T>) {
    if let Some(read) = read {
        *option = read;
    }
}

fn team(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let team = field.text(reading)?;
    // Its credentials are a file or a folder of this name.
    let leads_elsewhere = team.contains(['/', '\\']) || matches!(team, "." | "..");
    if team.trim().is_empty() || leads_elsewhere {
        reading.fault(
            field,
            "it must be the name of a team of the policy, without `/`, or be left out",
        );
    }
    Some(team.to_owned())
}

fn count(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<usize> {
    let number = field.number(reading)?;
    let is_count = number >= 1.0 && number.fract() == 0.0 && number <= 1e6;
    if !is_count {
        reading.fault(field, "this must be a whole number from 1 to 1,000,000");
    }
    is_count.then_some(number as usize)
}

/// A number of `unit` as a client writes it.
pub(super) fn number_of(
    field: &Field<'_>,
    unit: Duration,
    reading: &mut Reading<'_>,
) -> Option<Duration> {
    let number = field.number(reading)?;
    duration::checked(field, number * unit.as_secs_f64(), reading)
}

/// Names of tools to offer alone, as a client writes them.
pub(super) fn allow(field: &Field<'_>, options: &mut Options, reading: &mut Reading<'_>) {
    options.tools.allow = tools::names(field, reading);
}

/// Names of tools not to offer, as a client writes them.
pub(super) fn deny(field: &Field<'_>, options: &mut Options, reading: &mut Reading<'_>) {
    assign(&mut options.tools.deny, tools::names(field, reading));
}
