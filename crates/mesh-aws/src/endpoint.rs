use crate::SetupError;

/// A service of AWS that we speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ssm,
    S3,
    CloudWatch,
    Sts,
    Iam,
    Logs,
    DynamoDb,
}

impl Service {
    const ALL: [Self; 7] = [
        Self::Ssm,
        Self::S3,
        Self::CloudWatch,
        Self::Sts,
        Self::Iam,
        Self::Logs,
        Self::DynamoDb,
    ];

    /// The variable of the AWS SDKs that puts another address in the place of its own.
    const fn variable(self) -> &'static str {
        match self {
            Self::Ssm => "AWS_ENDPOINT_URL_SSM",
            Self::S3 => "AWS_ENDPOINT_URL_S3",
            Self::CloudWatch => "AWS_ENDPOINT_URL_CLOUDWATCH",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::Iam => "AWS_ENDPOINT_URL_IAM",
            Self::Logs => "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
        }
    }
}

/// The addresses that were set in the place of AWS's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides(Vec<(Service, String)>);

impl Overrides {
    /// Reads the service's own variable, and `AWS_ENDPOINT_URL` for those without one.
    pub(crate) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SetupError> {
        let mut overrides = Vec::new();
        for service in Service::ALL {
            let found = [service.variable(), "AWS_ENDPOINT_URL"]
                .into_iter()
                .find_map(|name| Some((name, variable(name).filter(|value| !value.is_empty())?)));
            if let Some((name, address)) = found {
                overrides.push((service, base(name, &address)?));
            }
        }
        Ok(Self(overrides))
    }

    pub(crate) fn of(&self, service: Service) -> Option<&str> {
        self.0
            .iter()
            .find(|(named, _)| *named == service)
            .map(|(_, address)| address.as_str())
    }
}

/// An address without its last slash, so that a path can follow.
fn base(name: &'static str, address: &str) -> Result<String, SetupError> {
    let fits = address.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none()
    });
    if fits {
        Ok(address.trim_end_matches('/').to_owned())
    } else {
        Err(SetupError::Address { variable: name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Overrides, SetupError> {
        Overrides::read(&|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_services_own_variable_goes_before_the_one_for_all() {
        let overrides = read(&[
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:5000/"),
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:6000"),
        ])
        .expect("read");
        assert_eq!(overrides.of(Service::Ssm), Some("http://127.0.0.1:5000"));
        assert_eq!(overrides.of(Service::S3), Some("http://127.0.0.1:6000"));
    }

    #[test]
    fn an_address_that_is_none_is_refused_by_its_variable() {
        let refused = read(&[("AWS_ENDPOINT_URL_SSM", "localhost:5000")]).expect_err("refused");
        assert!(
            refused.to_string().contains("`AWS_ENDPOINT_URL_SSM`"),
            "{refused}"
        );
    }
}
