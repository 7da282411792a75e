use mesh_core::Host;

use super::reader::Reader;

/// Which measurements leave the process, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measures {
    /// `MESH_METRICS`: `off`, `emf` (on Lambda) or `cloudwatch` (elsewhere). Default `emf` on Lambda, where it costs
    /// neither time nor permission; elsewhere `off`, since sending them takes an account.
    pub by: MeasuresBy,
    /// `MESH_METRICS_NAMESPACE`. Default `AomaMesh`.
    pub namespace: String,
    /// `MESH_OTLP_ENDPOINT`: the base address of an OpenTelemetry collector. No default: nothing is exported.
    pub otlp: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasuresBy {
    Off,
    /// Lines on standard output, in CloudWatch's embedded metric format.
    Emf,
    /// `PutMetricData`, every minute.
    CloudWatch,
}

impl Measures {
    pub(crate) fn read(reader: &mut Reader<'_>, host: Host) -> Self {
        let default = match host {
            Host::Lambda => MeasuresBy::Emf,
            Host::Process => MeasuresBy::Off,
        };
        let by = reader.parsed("MESH_METRICS", by, default);
        match (host, by) {
            (Host::Lambda, MeasuresBy::CloudWatch) => reader
                .fault("`MESH_METRICS` cannot be `cloudwatch` on Lambda, where nothing runs between requests: use `emf`"),
            (Host::Process, MeasuresBy::Emf) => reader
                .fault("`MESH_METRICS` can be `emf` on Lambda only, which reads standard output: use `cloudwatch`"),
            _ => {}
        }
        Self {
            by,
            namespace: reader.parsed("MESH_METRICS_NAMESPACE", namespace, "AomaMesh".to_owned()),
            otlp: reader.optional("MESH_OTLP_ENDPOINT", super::origin::base_url),
        }
    }
}

fn by(text: &str) -> Result<MeasuresBy, String> {
    match text.trim() {
        "off" => Ok(MeasuresBy::Off),
        "emf" => Ok(MeasuresBy::Emf),
        "cloudwatch" => Ok(MeasuresBy::CloudWatch),
        _ => Err("`off`, `emf` or `cloudwatch`".to_owned()),
    }
}

/// CloudWatch, PutMetricData, Namespace; `AWS/` is CloudWatch's own.
fn namespace(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-/#:".contains(c);
    if text.len() > 255 || text.starts_with("AWS/") || !text.chars().all(is_name) {
        return Err(
            "a name of letters, digits and `._-/#:` that does not begin with `AWS/`".to_owned(),
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Variables};

    #[test]
    fn each_host_has_its_own_way() {
        let read = |host, value: &str| {
            let variables = Variables::new([("MESH_METRICS", value)]);
            Config::read_on(host, &variables).map(|config| config.measures.by)
        };
        assert_eq!(read(Host::Lambda, "").expect("default"), MeasuresBy::Emf);
        assert_eq!(read(Host::Process, "").expect("default"), MeasuresBy::Off);
        assert!(read(Host::Lambda, "cloudwatch").is_err());
        assert!(read(Host::Process, "emf").is_err());
    }

    #[test]
    fn the_namespace_is_not_one_of_the_clouds_own() {
        assert!(namespace("AWS/Lambda").is_err());
        assert_eq!(namespace("Team/Mesh").as_deref(), Ok("Team/Mesh"));
    }
}
