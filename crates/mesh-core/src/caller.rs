use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

/// Who a request comes from, as far as the door could tell. Cloning shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Reached us over loopback or standard input, where no caller is demanded.
    Local,
    /// Showed the configured bearer token.
    Bearer,
    /// Showed one of the keys that were given out.
    Key(KeyId),
    /// Signed its request, and the platform in front of us has checked the signature.
    Principal(Principal),
    /// Showed a token of an authorization server, or the platform in front of us has checked one.
    Subject(Arc<Subject>),
}

/// The name of a key, which is no secret: `key:` and the identifier it was given out under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(Arc<str>);

impl KeyId {
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(format!("key:{id}").into())
    }
}

/// The name the platform gives to who signed a request: an ARN, without the session of an assumed role, which differs from
/// one login to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal(Arc<str>);

impl Principal {
    /// Nothing where the platform named nobody.
    #[must_use]
    pub fn new(arn: &str) -> Option<Self> {
        let arn = without_session(arn.trim());
        (!arn.is_empty()).then(|| Self(arn.into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `arn:aws:sts::123456789012:assumed-role/NAME/SESSION` without its session.
fn without_session(arn: &str) -> &str {
    let Some((account, role)) = arn.split_once(":assumed-role/") else {
        return arn;
    };
    let name = role.split('/').next().unwrap_or_default();
    &arn[..account.len() + ":assumed-role/".len() + name.len()]
}

/// Who a token was made for.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject {
    id: Box<str>,
    pub issuer: String,
    pub subject: String,
    /// What the token may be used for.
    pub scopes: Vec<String>,
    /// All that the token says, these too.
    pub claims: Map<String, Value>,
}

impl Subject {
    /// Nothing where the claims do not say who issued the token and for whom.
    #[must_use]
    pub fn new(claims: Map<String, Value>) -> Option<Self> {
        let text = |name: &str| {
            let value = claims.get(name)?.as_str()?;
            (!value.is_empty()).then(|| value.to_owned())
        };
        let (issuer, subject) = (text("iss")?, text("sub")?);
        Some(Self {
            id: format!("jwt:{subject}@{issuer}").into(),
            scopes: scopes(&claims),
            issuer,
            subject,
            claims,
        })
    }
}

/// `scope` is a string with blanks between (RFC 8693 section 4.2); some servers write `scp`, or a list.
fn scopes(claims: &Map<String, Value>) -> Vec<String> {
    let named = ["scope", "scp"]
        .into_iter()
        .find_map(|name| claims.get(name));
    match named {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

impl Caller {
    /// The name that logs carry, and that sealed state and limits are bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Bearer => "bearer",
            Self::Key(KeyId(id)) => id,
            Self::Principal(principal) => principal.as_str(),
            Self::Subject(subject) => &subject.id,
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
    use serde_json::json;

    use super::*;

    #[test]
    fn nobody_is_no_principal() {
        assert_eq!(Principal::new(" "), None);
        let arn = "arn:aws:iam::123456789012:user/ada";
        let ada = Principal::new(arn).expect("somebody");
        assert_eq!(Caller::Principal(ada).id(), arn);
    }

    #[test]
    fn sessions_of_one_role_are_one_principal() {
        for session in ["/i-0abc", "/ada@example.com", "/a/b", "/", ""] {
            let arn = format!("arn:aws:sts::123456789012:assumed-role/Reader{session}");
            assert_eq!(
                Principal::new(&arn).expect("somebody").as_str(),
                "arn:aws:sts::123456789012:assumed-role/Reader"
            );
        }
    }

    #[test]
    fn a_token_names_its_subject_and_its_scopes() {
        let subject = |claims: Value| match claims {
            Value::Object(claims) => Subject::new(claims),
            _ => None,
        };
        let ada = json!({"iss": "https://id.example.com", "sub": "ada", "scope": "read  write"});
        let ada = subject(ada).expect("somebody");
        assert_eq!(ada.scopes, ["read", "write"]);
        assert_eq!(
            Caller::Subject(Arc::new(ada)).id(),
            "jwt:ada@https://id.example.com"
        );
        let listed = json!({"iss": "i", "sub": "s", "scp": ["read", 7]});
        assert_eq!(subject(listed).expect("somebody").scopes, ["read"]);
        assert_eq!(subject(json!({"sub": "ada"})), None);
        assert_eq!(subject(json!({"iss": "i", "sub": ""})), None);
    }
}
