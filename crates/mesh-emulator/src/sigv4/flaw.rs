/// Why a signature is refused, in the words of AWS.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("Authorization header requires '{0}' parameter.")]
    Incomplete(&'static str),
    #[error("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    Undated,
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'.")]
    NoDate(String),
    #[error("Credential should be scoped to a valid region. ")]
    Region,
    #[error("Credential should be scoped to correct service: '{0}'. ")]
    Service(String),
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."
    )]
    Day,
    #[error("Signature expired: {stamp} is now earlier than {limit} ({now} - 5 min.)")]
    Expired {
        stamp: String,
        limit: String,
        now: String,
    },
    #[error("Signature not yet current: {stamp} is still later than {limit} ({now} + 5 min.)")]
    Early {
        stamp: String,
        limit: String,
        now: String,
    },
    #[error("The security token included in the request is invalid.")]
    Token,
    #[error("'{0}' must be a 'SignedHeader' in the AWS Authorization.")]
    Unsigned(&'static str),
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
         and signing method. Consult the service documentation for details."
    )]
    Mismatch,
}

impl Flaw {
    /// The `x-amzn-errortype`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Incomplete(_) | Self::Undated | Self::NoDate(_) => "IncompleteSignatureException",
            Self::Token => "UnrecognizedClientException",
            _ => "InvalidSignatureException",
        }
    }
}
