use std::time::{Duration, SystemTime};

use http::StatusCode;
use mesh_core::truncate;
use mesh_http::{HttpError, Refusal};
use serde::Deserialize;

/// Why the database did not answer, by what can be done about it. No message holds a key, a value that was sent or a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupabaseError {
    #[error("the key is refused; set the secret key of the service role")]
    Unauthorized,
    /// 42501.
    #[error(
        "a grant is missing ({0}); run the migrations, and use the secret key of the service role"
    )]
    Forbidden(String),
    /// PGRST202: not there, or not with arguments of these names.
    #[error("{0}; run the migrations")]
    NoSuchFunction(String),
    /// PGRST203.
    #[error("{0}; drop the function that the migrations did not make")]
    AmbiguousFunction(String),
    /// PGRST205 or 42P01; or a column of it, PGRST204 or 42703.
    #[error("{0}; run the migrations")]
    NoSuchTable(String),
    /// 57014.
    #[error(
        "the database stopped the query at its own limit; ask for less, or raise the role's `statement_timeout`"
    )]
    StatementTimeout,
    #[error("the database refuses the request: {code} {message}")]
    BadRequest { code: String, message: String },
    #[error("the database is asked too often")]
    RateLimited { retry_after: Option<Duration> },
    #[error("the database is at fault: {status} {code}")]
    ServerFault { status: u16, code: String },
    #[error("the database is not reached: {0}")]
    Unreachable(String),
    #[error("the database did not answer in time")]
    TimedOut,
    #[error("the database goes on failing, and is not asked for {} ms", retry_in.as_millis())]
    CircuitOpen { retry_in: Duration },
    #[error("the database answered something else than expected: {0}")]
    UnexpectedAnswer(String),
}

impl SupabaseError {
    /// Where in an answer it was not what it should be; what is there may be a passage.
    pub(super) fn unread(asked: &str, fault: &serde_json::Error) -> Self {
        let kind = match fault.is_data() {
            true => "not the rows expected",
            false => "no whole JSON",
        };
        Self::UnexpectedAnswer(format!("{kind} from `{asked}`, at byte {}", fault.column()))
    }

    pub(super) fn unwritable(asked: &str) -> Self {
        Self::BadRequest {
            code: String::new(),
            message: format!("arguments for `{asked}` that JSON cannot hold"),
        }
    }
}

impl From<HttpError> for SupabaseError {
    fn from(error: HttpError) -> Self {
        let retry_after = error.retry_after(SystemTime::now());
        match error {
            HttpError::TimedOut => Self::TimedOut,
            HttpError::Unreachable(why) | HttpError::BrokenOff(why) => Self::Unreachable(why),
            HttpError::TooLarge { max_bytes } => {
                Self::UnexpectedAnswer(format!("more than {max_bytes} bytes"))
            }
            HttpError::LeftAlone { retry_in } => Self::CircuitOpen { retry_in },
            HttpError::Refused(refusal) => refused(&refusal, retry_after),
            HttpError::Invalid(message) => Self::BadRequest {
                code: String::new(),
                message,
            },
        }
    }
}

/// PostgREST's account of a fault; its `details` and `hint` may quote what was sent.
#[derive(Default, Deserialize)]
struct Fault {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

impl Fault {
    fn of(refusal: &Refusal) -> Self {
        serde_json::from_slice(&refusal.body).unwrap_or_default()
    }

    /// Of PostgreSQL (`42501`), of PostgREST (`PGRST202`), or none.
    fn code(&self) -> &str {
        let code = self.code.as_deref().unwrap_or_default();
        let plain = code.len() <= 10 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { code } else { "" }
    }

    /// Of a fault that is about names alone.
    fn named(&self) -> String {
        truncate(self.message.as_deref().unwrap_or_default()).to_owned()
    }

    /// PostgreSQL quotes a value that it cannot read, after a quotation mark.
    fn unquoted(&self) -> String {
        let message = self.message.as_deref().unwrap_or_default();
        let before = message.split('"').next().unwrap_or_default();
        truncate(before.trim_end_matches([' ', ':', '('])).to_owned()
    }
}

/// `query_canceled`, which PostgREST answers with 500.
const STATEMENT_TIMEOUT: &str = "57014";

/// The same query takes as long the next time.
pub(super) fn is_statement_timeout(refusal: &Refusal) -> bool {
    Fault::of(refusal).code() == STATEMENT_TIMEOUT
}

/// By the code first: without a right, the anonymous role is told 401 and others 403; a statement that was cancelled is a 500.
fn refused(refusal: &Refusal, retry_after: Option<Duration>) -> SupabaseError {
    let fault = Fault::of(refusal);
    match fault.code() {
        "42501" => return SupabaseError::Forbidden(fault.named()),
        "PGRST202" => return SupabaseError::NoSuchFunction(fault.named()),
        "PGRST203" => return SupabaseError::AmbiguousFunction(fault.named()),
        "PGRST204" | "PGRST205" | "42703" | "42P01" => {
            return SupabaseError::NoSuchTable(fault.named());
        }
        "PGRST301" | "PGRST302" | "PGRST303" => return SupabaseError::Unauthorized,
        STATEMENT_TIMEOUT => return SupabaseError::StatementTimeout,
        _ => {}
    }
    let status = refusal.status;
    match status {
        StatusCode::UNAUTHORIZED => SupabaseError::Unauthorized,
        StatusCode::FORBIDDEN => SupabaseError::Forbidden(fault.unquoted()),
        StatusCode::TOO_MANY_REQUESTS => SupabaseError::RateLimited { retry_after },
        // PostgREST has a code for whatever is not there.
        StatusCode::NOT_FOUND if fault.code().is_empty() => {
            SupabaseError::UnexpectedAnswer("404: the project's URL leads elsewhere".to_owned())
        }
        status if status.is_client_error() => SupabaseError::BadRequest {
            code: fault.code().to_owned(),
            message: fault.unquoted(),
        },
        status if status.is_server_error() => SupabaseError::ServerFault {
            status: status.as_u16(),
            code: fault.code().to_owned(),
        },
        status => SupabaseError::UnexpectedAnswer(format!("status {}", status.as_u16())),
    }
}
