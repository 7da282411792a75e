//! The report, in Markdown.

use std::time::Duration;

use crate::figures::{Ratios, microseconds, milliseconds, quantile};
use crate::function::children::Children;
use crate::function::contestant::Name;
use crate::function::goals::Goal;
use crate::function::measured::{Batch, Measured};
use crate::machine;

const HEAD: &str = "\
| contestant | init ms p50 (p90) | × (p25–p75) | first ms | both ms | × | list µs p50 / p99 | × | call µs p50 / p99 | × | CPU µs list, call | list kB | peak MB | zip MB |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

pub(crate) fn machine(rounds: usize, calls: usize) -> String {
    let machine = machine::describe();
    format!(
        "The machine as driver and function see it: {machine}. {rounds} cold starts of each; {rounds} batches of {calls} warm calls of each kind.\n"
    )
}

pub(crate) fn contestants(measured: &[Measured]) -> String {
    let plain = measured.iter().find(|one| one.name == Name::Plain);
    let rows = measured.iter().map(|one| row(one, plain.unwrap_or(one)));
    format!("{HEAD}\n{}\n", rows.collect::<Vec<_>>().join("\n"))
}

/// Warm columns of what was only started are empty.
fn row(one: &Measured, plain: &Measured) -> String {
    let firsts: Vec<_> = one.starts.iter().map(|start| start.first).collect();
    let inits = one.inits();
    let warm = |cell: String| {
        if one.lists.is_empty() {
            "–".to_owned()
        } else {
            cell
        }
    };
    let cells = [
        one.name.text().to_owned(),
        format!("{:.1} ({:.1})", ms(&inits, 0.5), ms(&inits, 0.9)),
        range(one.over(plain, Measured::inits)),
        format!("{:.2}", ms(&firsts, 0.5)),
        format!("{:.1}", ms(&one.totals(), 0.5)),
        median(one.over(plain, Measured::totals)),
        warm(span(&one.lists)),
        warm(median(one.over(plain, Measured::list_medians))),
        warm(span(&one.calls)),
        warm(median(one.over(plain, Measured::call_medians))),
        warm(format!("{:.0}, {:.0}", cpu(&one.lists), cpu(&one.calls))),
        warm(format!("{:.1}", one.list_bytes as f64 / 1e3)),
        format!("{:.1}", one.peak_kb as f64 * 1024.0 / 1e6),
        format!("{:.2}", one.zip_bytes as f64 / 1e6),
    ];
    format!("| {} |", cells.join(" | "))
}

fn ms(times: &[Duration], share: f64) -> f64 {
    milliseconds(quantile(times, share))
}

fn span(batches: &[Batch]) -> String {
    let all: Vec<_> = batches
        .iter()
        .flat_map(|batch| &batch.times)
        .copied()
        .collect();
    let at = |share| microseconds(quantile(&all, share));
    format!("{:.0} / {:.0}", at(0.5), at(0.99))
}

fn cpu(batches: &[Batch]) -> f64 {
    let each: Vec<_> = batches.iter().map(Batch::cpu_a_call).collect();
    microseconds(quantile(&each, 0.5))
}

fn range(ratios: Ratios) -> String {
    format!(
        "{} ({:.2}–{:.2})",
        median(ratios),
        ratios.quarter,
        ratios.three_quarters
    )
}

fn median(ratios: Ratios) -> String {
    format!("{:.2}", ratios.median)
}

/// A call to the same server over standard input, from event to answer.
pub(crate) fn children(children: &Children) -> String {
    format!(
        "A call to a child that stays: {:.2} ms at p50; to one started for it: {:.0} ms; {:.5} of that.\n",
        ms(&children.kept, 0.5),
        ms(&children.started, 0.5),
        children.ratios().median,
    )
}

pub(crate) fn goals(goals: &[Goal]) -> String {
    let rows = goals.iter().map(|goal| {
        let verdict = if goal.is_met() { "met" } else { "**missed**" };
        format!(
            "| {} | ≤ {} {unit} | {:.3} {unit} | {verdict} |",
            goal.what,
            goal.at_most,
            goal.reached,
            unit = goal.unit,
        )
    });
    let rows = rows.collect::<Vec<_>>().join("\n");
    format!("| goal | at most | reached | |\n|---|--:|--:|---|\n{rows}")
}
