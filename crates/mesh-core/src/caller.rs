use std::fmt;
use std::sync::Arc;

/// Who a request comes from, as far as the door could tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Reached us over loopback or standard input, where no token is configured.
    Local,
    /// Showed the configured bearer token.
    Bearer,
    /// Signed its request, and the platform in front of us has checked the signature.
    Principal(Principal),
}

/// The name the platform gives to who signed a request: an ARN. Cloning shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal(Arc<str>);

impl Principal {
    /// Nothing where the platform named nobody.
    #[must_use]
    pub fn new(arn: &str) -> Option<Self> {
        let arn = arn.trim();
        (!arn.is_empty()).then(|| Self(crate::truncate(arn).into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Caller {
    /// The name that logs carry and that sealed state is bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Bearer => "bearer",
            Self::Principal(principal) => principal.as_str(),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_no_principal() {
        assert_eq!(Principal::new(" "), None);
        let arn = "arn:aws:iam::123456789012:user/ada";
        let ada = Principal::new(arn).expect("somebody");
        assert_eq!(Caller::Principal(ada).id(), arn);
    }
}
