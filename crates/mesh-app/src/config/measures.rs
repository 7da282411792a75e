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
    /// `MESH_FUNCTION`: whose measurements they are; also whom `mesh status` and `mesh verify` ask about. Default on Lambda
    /// the function's own name, elsewhere the one that infra/ gives to production.
    pub function: String,
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

const FUNCTION: &str = "aoma-mesh-mcp-server";

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
            function: function_name(reader, host),
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

fn function_name(reader: &mut Reader<'_>, host: Host) -> String {
    let given = reader.optional("MESH_FUNCTION", function);
    let own = || (host == Host::Lambda).then(|| reader.foreign("AWS_LAMBDA_FUNCTION_NAME"));
    given
        .or_else(|| own().flatten())
        .unwrap_or_else(|| FUNCTION.to_owned())
}

/// Lambda, CreateFunction, FunctionName: without an account or a version.
fn function(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || text.len() > 64 || !text.chars().all(is_name) {
        return Err("a function's name: at most 64 letters, digits, `-` and `_`".to_owned());
    }
    Ok(text.to_owned())
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
    fn measurements_are_of_the_function_that_runs() {
        let read = |host, pairs: &[(&str, &str)]| {
            let variables = Variables::new(pairs.iter().copied());
            let config = Config::read_on(host, &variables).map_err(|faults| faults.to_string());
            config.map(|config| config.measures.function)
        };
        let named = ("AWS_LAMBDA_FUNCTION_NAME", "mesh-staging");
        assert_eq!(read(Host::Lambda, &[named]), Ok("mesh-staging".to_owned()));
        assert_eq!(read(Host::Process, &[named]), Ok(FUNCTION.to_owned()));
        let given = ("MESH_FUNCTION", "desk");
        assert_eq!(read(Host::Lambda, &[named, given]), Ok("desk".to_owned()));
        assert_eq!(
            read(Host::Process, &[("MESH_FUNCTION", "mesh:live")]),
            Err("`MESH_FUNCTION` must be a function's name: at most 64 letters, digits, `-` and `_`, not `mesh:live`".to_owned())
        );
    }

    /// A command that is given no name asks about the production that infra/ makes.
    #[test]
    fn the_default_is_the_name_that_terraform_gives() {
        let variables = include_str!("../../../../infra/variables.tf");
        assert!(variables.contains(&format!("default     = \"{FUNCTION}\"")));
    }

    #[test]
    fn the_namespace_is_not_one_of_the_clouds_own() {
        assert!(namespace("AWS/Lambda").is_err());
        assert_eq!(namespace("Team/Mesh").as_deref(), Ok("Team/Mesh"));
    }
}
