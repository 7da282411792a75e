use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy,
};
use mesh_core::Deadline;

use super::CloudWatch;
use crate::CallError;
use crate::sdk::fault;

/// `GetMetricData` takes this many queries.
const QUERIES_OF_A_CALL: usize = 500;

/// One question about metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricQuery {
    Metric {
        namespace: String,
        name: String,
        dimensions: Vec<(String, String)>,
        statistic: Statistic,
    },
    /// An expression of CloudWatch's own, such as `SEARCH(…)`, which may find several series.
    Expression(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    Sum,
    Average,
    Minimum,
    Maximum,
    SampleCount,
    /// Of a hundred.
    Percentile(u8),
}

/// From when to when, and how much time one point stands for: whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: SystemTime,
    pub to: SystemTime,
    pub step: Duration,
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// As CloudWatch calls it: the metric's name, or what tells several of one expression apart.
    pub label: String,
    /// Oldest first; a step in which nothing was measured has no point.
    pub points: Vec<(SystemTime, f64)>,
}

impl CloudWatch {
    /// Asks all queries at once. What each found is in its place: one series for a metric, also where it has no points; any
    /// number for an expression.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(
        &self,
        queries: &[MetricQuery],
        period: Period,
        deadline: Deadline,
    ) -> Result<Vec<Vec<Series>>, CallError> {
        let mut found = Vec::new();
        for part in queries.chunks(QUERIES_OF_A_CALL) {
            found.extend(self.read_part(part, period, deadline).await?);
        }
        Ok(found)
    }

    async fn read_part(
        &self,
        queries: &[MetricQuery],
        period: Period,
        deadline: Deadline,
    ) -> Result<Vec<Vec<Series>>, CallError> {
        let asked: Vec<_> = queries
            .iter()
            .enumerate()
            .map(|(place, query)| asked(place, query, period))
            .collect();
        let mut found: BTreeMap<(usize, String), Series> = BTreeMap::new();
        let mut next = None;
        loop {
            let call = self.client(deadline)?.get_metric_data();
            let page = call
                .set_metric_data_queries(Some(asked.clone()))
                .start_time(period.from.into())
                .end_time(period.to.into())
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(next)
                .send()
                .await
                .map_err(|error| fault(&error, "cloudwatch:GetMetricData"))?;
            for result in page.metric_data_results() {
                add(&mut found, result);
            }
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        Ok(in_places(queries.len(), found))
    }
}

fn asked(place: usize, query: &MetricQuery, period: Period) -> MetricDataQuery {
    let seconds = i32::try_from(period.step.as_secs()).unwrap_or(i32::MAX);
    // An id begins with a lower case letter.
    let asked = MetricDataQuery::builder().id(format!("q{place}"));
    match query {
        MetricQuery::Expression(expression) => asked.expression(expression).period(seconds),
        MetricQuery::Metric {
            namespace,
            name,
            dimensions,
            statistic,
        } => {
            let metric = metric(namespace, name, dimensions);
            let stat = MetricStat::builder()
                .metric(metric)
                .period(seconds)
                .stat(statistic.name());
            asked.metric_stat(stat.build())
        }
    }
    .return_data(true)
    .build()
}

fn metric(namespace: &str, name: &str, dimensions: &[(String, String)]) -> Metric {
    let dimensions = dimensions.iter().map(|(name, value)| {
        let dimension = Dimension::builder().name(name).value(value);
        dimension.build()
    });
    Metric::builder()
        .namespace(namespace)
        .metric_name(name)
        .set_dimensions(Some(dimensions.collect()))
        .build()
}

impl Statistic {
    fn name(self) -> String {
        match self {
            Self::Sum => "Sum".to_owned(),
            Self::Average => "Average".to_owned(),
            Self::Minimum => "Minimum".to_owned(),
            Self::Maximum => "Maximum".to_owned(),
            Self::SampleCount => "SampleCount".to_owned(),
            Self::Percentile(of_a_hundred) => format!("p{of_a_hundred}"),
        }
    }
}

/// The points of one series can come on several pages.
fn add(found: &mut BTreeMap<(usize, String), Series>, result: &MetricDataResult) {
    let place = result.id().and_then(|id| id.strip_prefix('q'));
    let Some(place) = place.and_then(|place| place.parse().ok()) else {
        return;
    };
    let label = result.label().unwrap_or_default().to_owned();
    let series = found.entry((place, label.clone())).or_default();
    series.label = label;
    let points = result.timestamps().iter().zip(result.values());
    series.points.extend(points.filter_map(|(at, value)| {
        let at = SystemTime::try_from(*at).ok()?;
        Some((at, *value))
    }));
}

fn in_places(length: usize, found: BTreeMap<(usize, String), Series>) -> Vec<Vec<Series>> {
    let mut places = vec![Vec::new(); length];
    for ((place, _), mut series) in found {
        series.points.sort_by_key(|(at, _)| *at);
        if let Some(place) = places.get_mut(place) {
            place.push(series);
        }
    }
    places
}
