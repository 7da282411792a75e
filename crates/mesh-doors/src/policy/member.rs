use mesh_core::Caller;

use super::pattern::Pattern;

/// Who is in a team, by what a caller is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// Whoever is let in.
    Everyone,
    Local,
    Bearer,
    Key(Pattern),
    /// The six parts of an ARN. No `*` reaches into the next part, as in IAM's own `ArnLike`.
    Principal(Box<[Pattern; 6]>),
    Subject {
        subject: Pattern,
        issuer: Pattern,
    },
}

const FORMS: &str = "must be `local`, `bearer`, `key:ID`, `arn:aws:…`, `jwt:SUBJECT@ISSUER` or `*`";

impl Member {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "*" => Ok(Self::Everyone),
            "local" => Ok(Self::Local),
            "bearer" => Ok(Self::Bearer),
            _ if text.starts_with("arn:") => principal(text),
            _ => match text.split_once(':') {
                Some(("key", id)) => Ok(Self::Key(pattern(id)?)),
                Some(("jwt", name)) => subject(name),
                _ => Err(FORMS),
            },
        }
    }

    pub(super) fn is(&self, caller: &Caller) -> bool {
        match (self, caller) {
            (Self::Everyone, _) | (Self::Local, Caller::Local) | (Self::Bearer, Caller::Bearer) => {
                true
            }
            (Self::Key(pattern), Caller::Key(_)) => {
                let id = caller.id();
                pattern.matches(id.strip_prefix("key:").unwrap_or(id))
            }
            (Self::Principal(own), Caller::Principal(principal)) => {
                let mut parts = principal.as_str().splitn(6, ':');
                own.iter()
                    .all(|own| parts.next().is_some_and(|part| own.matches(part)))
            }
            (Self::Subject { subject, issuer }, Caller::Subject(caller)) => {
                subject.matches(&caller.subject) && issuer.matches(&caller.issuer)
            }
            _ => false,
        }
    }
}

fn pattern(text: &str) -> Result<Pattern, &'static str> {
    Pattern::new(text).ok_or(FORMS)
}

/// The issuer is what follows the last `@`: a subject may be an address of mail.
fn subject(name: &str) -> Result<Member, &'static str> {
    let (subject, issuer) = name
        .rsplit_once('@')
        .ok_or("must say whose token it is: `jwt:SUBJECT@ISSUER`")?;
    Ok(Member::Subject {
        subject: pattern(subject)?,
        issuer: pattern(issuer)?,
    })
}

fn principal(arn: &str) -> Result<Member, &'static str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let parts: [&str; 6] = parts
        .try_into()
        .map_err(|_| "is no ARN: it has six parts, `arn:aws:sts::ACCOUNT:assumed-role/NAME`")?;
    let [_, _, service, _, _, resource] = parts;
    if service == "iam" && resource.starts_with("role/") {
        return Err(
            "never calls: who assumes a role is `arn:aws:sts::ACCOUNT:assumed-role/NAME`, without the role's path",
        );
    }
    let role = resource.strip_prefix("assumed-role/");
    if role.is_some_and(|role| role.contains('/')) {
        return Err(
            "names a session: a role's sessions are one caller, so end with the role's name",
        );
    }
    // A part may be empty, as the region of every IAM ARN is; a pattern may not.
    let part = |text: &str| match text {
        "" => Some(Pattern::empty()),
        text => Pattern::new(text),
    };
    let parts: Option<Vec<Pattern>> = parts.into_iter().map(part).collect();
    let parts = parts.and_then(|parts| parts.try_into().ok()).ok_or(FORMS)?;
    Ok(Member::Principal(Box::new(parts)))
}
