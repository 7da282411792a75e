use std::time::SystemTime;

use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use mesh_core::{Deadline, Sample, Unit};

use super::CloudWatch;
use crate::CallError;
use crate::sdk::fault;

/// `PutMetricData` takes 150 values of a metric, 1,000 metrics, and 1 MB: the last allows about 20,000 values with their
/// counts beside 1,000 sets of dimensions.
const VALUES_OF_A_METRIC: usize = 150;
const METRICS_OF_A_CALL: usize = 1_000;
const VALUES_OF_A_CALL: usize = 20_000;

/// What was measured of one metric, with one set of dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    pub name: String,
    pub unit: Unit,
    /// Name and value, 30 at most.
    pub dimensions: Vec<(String, String)>,
    pub samples: Vec<Sample>,
    pub at: SystemTime,
}

impl CloudWatch {
    /// Sends them all, in as few calls as it takes. After an error those of the calls before it are there; sending all again
    /// counts these twice.
    ///
    /// # Errors
    /// The first call's that failed.
    pub async fn put(
        &self,
        namespace: &str,
        measurements: &[Measurement],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let data = measurements.iter().flat_map(data).collect();
        for batch in batches(data) {
            let call = self
                .client(deadline)?
                .put_metric_data()
                .namespace(namespace);
            call.set_metric_data(Some(batch))
                .send()
                .await
                .map_err(|error| fault(&error, "cloudwatch:PutMetricData"))?;
        }
        Ok(())
    }
}

/// As many of the same name as its samples need.
fn data(measurement: &Measurement) -> impl Iterator<Item = MetricDatum> {
    let parts = measurement.samples.chunks(VALUES_OF_A_METRIC);
    parts.map(|samples| datum(measurement, samples))
}

fn datum(measurement: &Measurement, samples: &[Sample]) -> MetricDatum {
    let dimensions = measurement.dimensions.iter().map(|(name, value)| {
        let dimension = Dimension::builder().name(name).value(value);
        dimension.build()
    });
    MetricDatum::builder()
        .metric_name(&measurement.name)
        .unit(StandardUnit::from(measurement.unit.name()))
        .set_dimensions(Some(dimensions.collect()))
        .timestamp(measurement.at.into())
        .set_values(Some(samples.iter().map(|sample| sample.value).collect()))
        .set_counts(Some(samples.iter().map(count).collect()))
        .build()
}

/// Exact to 2^53, which no minute reaches.
#[expect(
    clippy::cast_precision_loss,
    reason = "the service takes counts as floating point"
)]
fn count(sample: &Sample) -> f64 {
    sample.count as f64
}

fn batches(data: Vec<MetricDatum>) -> Vec<Vec<MetricDatum>> {
    let mut batches: Vec<Vec<MetricDatum>> = Vec::new();
    let mut values = 0;
    for datum in data {
        values += datum.values().len();
        match batches.last_mut() {
            Some(batch) if batch.len() < METRICS_OF_A_CALL && values <= VALUES_OF_A_CALL => {
                batch.push(datum);
            }
            _ => {
                values = datum.values().len();
                batches.push(vec![datum]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(values: u32) -> Measurement {
        let samples = (0..values).map(|value| Sample {
            value: f64::from(value),
            count: 2,
        });
        Measurement {
            name: "ToolDuration".to_owned(),
            unit: Unit::Milliseconds,
            dimensions: vec![("Tool".to_owned(), "search_code".to_owned())],
            samples: samples.collect(),
            at: SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_metric_of_many_values_is_sent_in_parts() {
        let lengths: Vec<_> = data(&measured(301))
            .map(|datum| (datum.values().len(), datum.counts().len()))
            .collect();
        assert_eq!(lengths, [(150, 150), (150, 150), (1, 1)]);
    }

    #[test]
    fn a_call_holds_no_more_metrics_than_it_may() {
        let many = (0..2_001).flat_map(|_| data(&measured(1)).collect::<Vec<_>>());
        let lengths: Vec<_> = batches(many.collect()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [1_000, 1_000, 1]);
    }

    #[test]
    fn a_call_holds_no_more_values_than_fit_in_it() {
        let many = (0..200).flat_map(|_| data(&measured(150)).collect::<Vec<_>>());
        let lengths: Vec<_> = batches(many.collect()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [133, 67]);
    }
}
