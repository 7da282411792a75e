use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use mesh_app::emf::Labels;
use mesh_aws::{CloudWatch, Measurement};
use mesh_core::{Datum, Deadline, Dimension};

use crate::command::account::Account;

/// For one minute's measurements, both attempts of it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where measurements are sent.
pub(in crate::command::serve) struct Collector {
    cloudwatch: CloudWatch,
}

impl Collector {
    /// # Errors
    /// When there is no region, or a variable of AWS's cannot be used.
    pub(in crate::command::serve) async fn of(account: &Account<'_>) -> anyhow::Result<Self> {
        let aws = account.aws().await.context("`MESH_METRICS=cloudwatch`")?;
        Ok(Self {
            cloudwatch: CloudWatch::new(aws),
        })
    }

    pub(super) async fn send(
        &self,
        at: SystemTime,
        data: &[Datum],
        labels: &Labels<'_>,
    ) -> anyhow::Result<()> {
        let measurements = measurements(at, data, labels);
        let deadline = Deadline::after(Instant::now(), TIMEOUT);
        self.cloudwatch
            .put(labels.namespace, &measurements, deadline)
            .await?;
        Ok(())
    }
}

/// One for each set of dimensions: CloudWatch adds nothing up over them.
fn measurements(at: SystemTime, data: &[Datum], labels: &Labels<'_>) -> Vec<Measurement> {
    let one = |datum: &Datum, set: &[Dimension]| Measurement {
        name: datum.metric.name.to_owned(),
        unit: datum.metric.unit,
        dimensions: set
            .iter()
            .map(|dimension| {
                (
                    dimension.name().to_owned(),
                    value(*dimension, datum, labels),
                )
            })
            .collect(),
        samples: datum.samples.clone(),
        at,
    };
    data.iter()
        .flat_map(|datum| {
            datum
                .metric
                .dimensions
                .iter()
                .map(move |set| one(datum, set))
        })
        .collect()
}

fn value(dimension: Dimension, datum: &Datum, labels: &Labels<'_>) -> String {
    match dimension {
        Dimension::Environment => labels.environment.to_owned(),
        Dimension::FunctionName => labels.function.to_owned(),
        Dimension::Tool | Dimension::Backend => {
            datum.label.clone().unwrap_or_default().into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use mesh_core::{Metrics, Outcome};

    use super::*;

    #[test]
    fn each_set_of_dimensions_is_a_measurement_of_its_own() {
        let metrics = Metrics::recording(Instant::now());
        metrics.tool("search_code_files", Outcome::Failure, Duration::ZERO);
        let labels = Labels {
            namespace: "AomaMesh",
            environment: "staging",
            function: "desk",
        };
        let sent = measurements(SystemTime::UNIX_EPOCH, &metrics.drain(None), &labels);
        let failures: Vec<_> = sent
            .iter()
            .filter(|measurement| measurement.name == "ToolFailures")
            .map(|measurement| measurement.dimensions.as_slice())
            .collect();
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let whole = [
            named("Environment", "staging"),
            named("FunctionName", "desk"),
        ];
        let tool = named("Tool", "search_code_files");
        let by_tool = [&whole[..], &[tool]].concat();
        assert_eq!(failures, [&whole[..], &by_tool]);
    }
}
