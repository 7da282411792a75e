use std::time::SystemTime;

use mesh_aws::{Alarm, MetricQuery, Series, Statistic};
use mesh_tools::registry::CATALOG;

use super::figure::{FLEET, Figure, Keeper, TOOL};

/// What is asked about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) function: String,
    pub(super) alias: String,
    pub(super) environment: String,
    pub(super) namespace: String,
}

/// What is known of it, over one period.
#[derive(Clone, Debug)]
pub(super) struct Fleet {
    pub(super) subject: Subject,
    pub(super) region: String,
    pub(super) from: SystemTime,
    pub(super) to: SystemTime,
    pub(super) figures: Figures,
    pub(super) alarms: Vec<Alarm>,
}

/// None where nothing was measured, which is not zero.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// In the order of [`FLEET`].
    pub(super) fleet: Vec<Option<f64>>,
    /// Every tool of the catalogue, each in the order of [`TOOL`].
    pub(super) tools: Vec<(&'static str, Vec<Option<f64>>)>,
}

impl Subject {
    /// Those of the fleet, and then those of each tool: the order in which [`Figures::of`] wants their answers.
    pub(super) fn queries(&self) -> Vec<MetricQuery> {
        let fleet = FLEET.iter().map(|figure| self.query(figure, None));
        let tools = tools().flat_map(|tool| {
            TOOL.iter()
                .map(move |figure| self.query(figure, Some(tool)))
        });
        fleet.chain(tools).collect()
    }

    fn query(&self, figure: &Figure, tool: Option<&str>) -> MetricQuery {
        let (namespace, dimensions) = match figure.keeper {
            Keeper::Mesh => (
                self.namespace.clone(),
                vec![
                    ("Environment", self.environment.clone()),
                    ("FunctionName", self.function.clone()),
                ],
            ),
            Keeper::Lambda => (
                "AWS/Lambda".to_owned(),
                vec![
                    ("FunctionName", self.function.clone()),
                    ("Resource", format!("{}:{}", self.function, self.alias)),
                ],
            ),
        };
        let tool = tool.map(|tool| ("Tool", tool.to_owned()));
        let dimensions = dimensions.into_iter().chain(tool);
        MetricQuery {
            namespace,
            name: figure.metric.to_owned(),
            dimensions: dimensions
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            statistic: figure.statistic,
        }
    }
}

impl Figures {
    /// The answers to [`Subject::queries`], each where it belongs.
    pub(super) fn of(answers: &[Series]) -> Self {
        let (fleet, rest) = answers.split_at(FLEET.len());
        let values = |figures: &[Figure], answers: &[Series]| {
            let both = figures.iter().zip(answers);
            both.map(|(figure, found)| value(figure.statistic, found))
                .collect::<Vec<_>>()
        };
        let tools = tools().zip(rest.chunks(TOOL.len()));
        Self {
            fleet: values(&FLEET, fleet),
            tools: tools
                .map(|(tool, answers)| (tool, values(&TOOL, answers)))
                .collect(),
        }
    }
}

/// One point covers the whole period. Where CloudWatch cuts it in two all the same, a sum is of both, and anything else the
/// worse of the two: the higher, or of a rate the lower.
fn value(statistic: Statistic, found: &Series) -> Option<f64> {
    let points = found.points.iter();
    points
        .map(|(_, value)| *value)
        .reduce(|one, other| match statistic {
            Statistic::Sum => one + other,
            Statistic::Average => one.min(other),
            Statistic::Maximum | Statistic::Percentile(_) => one.max(other),
        })
}

fn tools() -> impl Iterator<Item = &'static str> {
    CATALOG.tools.iter().map(|tool| tool.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            function: "mesh".to_owned(),
            alias: "live".to_owned(),
            environment: "staging".to_owned(),
            namespace: "AomaMesh".to_owned(),
        }
    }

    fn series(values: &[f64]) -> Series {
        let points = values.iter().map(|value| (SystemTime::UNIX_EPOCH, *value));
        Series {
            points: points.collect(),
        }
    }

    #[test]
    fn lambdas_series_are_those_of_the_alias() {
        let errors = MetricQuery {
            namespace: "AWS/Lambda".to_owned(),
            name: "Errors".to_owned(),
            dimensions: vec![
                ("FunctionName".to_owned(), "mesh".to_owned()),
                ("Resource".to_owned(), "mesh:live".to_owned()),
            ],
            statistic: Statistic::Sum,
        };
        assert!(subject().queries().contains(&errors));
    }

    #[test]
    fn our_series_are_those_of_the_function_in_its_environment() {
        let requests = MetricQuery {
            namespace: "AomaMesh".to_owned(),
            name: "RequestCount".to_owned(),
            dimensions: vec![
                ("Environment".to_owned(), "staging".to_owned()),
                ("FunctionName".to_owned(), "mesh".to_owned()),
            ],
            statistic: Statistic::Sum,
        };
        assert!(subject().queries().contains(&requests));
    }

    #[test]
    fn answers_come_back_to_the_tool_they_were_asked_for() {
        let queries = subject().queries();
        // Each answer is the length of the name of the tool it is about.
        let answers: Vec<_> = queries
            .iter()
            .map(|query| {
                let tool = query.dimensions.iter().find(|(name, _)| name == "Tool");
                let length = tool.map_or(0, |(_, tool)| tool.len());
                series(&[f64::from(u32::try_from(length).expect("short"))])
            })
            .collect();
        let figures = Figures::of(&answers);
        assert_eq!(figures.fleet, vec![Some(0.0); FLEET.len()]);
        assert_eq!(figures.tools.len(), tools().count());
        for (tool, values) in figures.tools {
            let length = f64::from(u32::try_from(tool.len()).expect("short"));
            assert_eq!(values, vec![Some(length); TOOL.len()], "{tool}");
        }
    }

    #[test]
    fn a_period_cut_in_two_is_put_together() {
        let two = series(&[40.0, 60.0]);
        assert_eq!(value(Statistic::Sum, &two), Some(100.0));
        assert_eq!(value(Statistic::Percentile(95), &two), Some(60.0));
        assert_eq!(value(Statistic::Average, &two), Some(40.0));
        assert_eq!(value(Statistic::Sum, &series(&[])), None);
    }
}
