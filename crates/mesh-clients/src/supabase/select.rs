use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986, section 2.3: what needs no encoding anywhere in a URL.
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Rows of a table to read: all of them, until a condition says otherwise; all conditions hold.
///
/// Names of tables and columns are the program's own, hence `'static`; values may be a stranger's, and none can be more than
/// a value.
#[derive(Clone, Debug)]
pub struct Select {
    table: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl Select {
    #[must_use]
    pub const fn from(table: &'static str) -> Self {
        Self {
            table,
            parameters: Vec::new(),
        }
    }

    /// These columns alone; `metadata->>projectKey` is one as well.
    #[must_use]
    pub fn columns(self, columns: &[&'static str]) -> Self {
        self.with("select", columns.join(","))
    }

    #[must_use]
    pub fn equal(self, column: &'static str, value: &str) -> Self {
        self.with(column, format!("eq.{value}"))
    }

    /// One of the values; of none, no row is.
    #[must_use]
    pub fn any_of(self, column: &'static str, values: &[impl AsRef<str>]) -> Self {
        let values: Vec<_> = values.iter().map(|value| quoted(value.as_ref())).collect();
        self.with(column, format!("in.({})", values.join(",")))
    }

    #[must_use]
    pub fn greater(self, column: &'static str, value: &str) -> Self {
        self.with(column, format!("gt.{value}"))
    }

    #[must_use]
    pub fn not_null(self, column: &'static str) -> Self {
        self.with(column, "not.is.null".to_owned())
    }

    /// By the column, the lowest first.
    #[must_use]
    pub fn order(self, column: &'static str) -> Self {
        self.with("order", format!("{column}.asc"))
    }

    /// Supabase returns 1,000 rows at most, whatever is asked for: further ones come with [`Self::greater`] in an order.
    #[must_use]
    pub fn limit(self, rows: u32) -> Self {
        self.with("limit", rows.to_string())
    }

    pub(super) const fn table(&self) -> &'static str {
        self.table
    }

    pub(super) fn path(&self) -> String {
        let encoded = |text| utf8_percent_encode(text, ENCODED);
        let parameters: Vec<_> = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        format!("/rest/v1/{}?{}", self.table, parameters.join("&"))
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.parameters.push((name, value));
        self
    }
}

/// A value in a list: PostgREST reads commas, dots, colons and parentheses outside quotation marks.
fn quoted(value: &str) -> String {
    let escaped = value.replace('\\', r"\\").replace('"', r#"\""#);
    format!("\"{escaped}\"")
}
