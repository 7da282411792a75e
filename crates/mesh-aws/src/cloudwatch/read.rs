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

/// One question about a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricQuery {
    pub namespace: String,
    pub name: String,
    pub dimensions: Vec<(String, String)>,
    pub statistic: Statistic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    Sum,
    Average,
    Maximum,
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
    /// Oldest first; a step in which nothing was measured has no point.
    pub points: Vec<(SystemTime, f64)>,
}

impl CloudWatch {
    /// Asks all queries at once. What each found is in its place, also where that is nothing.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(
        &self,
        queries: &[MetricQuery],
        period: Period,
        deadline: Deadline,
    ) -> Result<Vec<Series>, CallError> {
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
    ) -> Result<Vec<Series>, CallError> {
        let asked: Vec<_> = queries
            .iter()
            .enumerate()
            .map(|(place, query)| asked(place, query, period))
            .collect();
        let mut found = vec![Series::default(); queries.len()];
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
        for series in &mut found {
            series.points.sort_by_key(|(at, _)| *at);
        }
        Ok(found)
    }
}

fn asked(place: usize, query: &MetricQuery, period: Period) -> MetricDataQuery {
    let seconds = i32::try_from(period.step.as_secs()).unwrap_or(i32::MAX);
    // An id begins with a lower case letter.
    let asked = MetricDataQuery::builder().id(format!("q{place}"));
    let stat = MetricStat::builder()
        .metric(metric(query))
        .period(seconds)
        .stat(query.statistic.name());
    asked.metric_stat(stat.build()).return_data(true).build()
}

fn metric(query: &MetricQuery) -> Metric {
    let dimensions = query.dimensions.iter().map(|(name, value)| {
        let dimension = Dimension::builder().name(name).value(value);
        dimension.build()
    });
    Metric::builder()
        .namespace(&query.namespace)
        .metric_name(&query.name)
        .set_dimensions(Some(dimensions.collect()))
        .build()
}

impl Statistic {
    fn name(self) -> String {
        match self {
            Self::Sum => "Sum".to_owned(),
            Self::Average => "Average".to_owned(),
            Self::Maximum => "Maximum".to_owned(),
            Self::Percentile(of_a_hundred) => format!("p{of_a_hundred}"),
        }
    }
}

/// The points of one query can come on several pages.
fn add(found: &mut [Series], result: &MetricDataResult) {
    let place = result.id().and_then(|id| id.strip_prefix('q'));
    let place = place.and_then(|place| place.parse::<usize>().ok());
    let Some(series) = place.and_then(|place| found.get_mut(place)) else {
        return;
    };
    let points = result.timestamps().iter().zip(result.values());
    series.points.extend(points.filter_map(|(at, value)| {
        let at = SystemTime::try_from(*at).ok()?;
        Some((at, *value))
    }));
}
