use http::{HeaderMap, header};

use crate::sigv4::Flaw;

/// The `Authorization` header, taken apart.
#[derive(Debug)]
pub(super) struct Authorization {
    pub(super) access_key: String,
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
}

impl Authorization {
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Flaw> {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let fields = value
            .unwrap_or_default()
            .strip_prefix("AWS4-HMAC-SHA256")
            .unwrap_or_default();
        let field = |name: &'static str| {
            let mut fields = fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='));
            fields
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .ok_or(Flaw::Incomplete(name))
        };
        // From the right: an access key is taken as it comes.
        let mut scope = field("Credential")?.rsplitn(5, '/').map(str::to_owned);
        let mut next = || scope.next().ok_or(Flaw::Incomplete("Credential"));
        let (_terminator, service, region, day, access_key) =
            (next()?, next()?, next()?, next()?, next()?);
        Ok(Self {
            access_key,
            day,
            region,
            service,
            signed_headers: field("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    pub(super) fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day, self.region, self.service)
    }
}
