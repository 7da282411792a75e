mod row;
mod write;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use mesh_core::Deadline;

pub use row::{Row, RowName};
pub use write::{Condition, RowChange, RowWrite};

use crate::endpoint::Service;
use crate::sdk::fault;
use crate::{Aws, CallError};

/// One table of DynamoDB.
///
/// Its partition key is a row's `family`, its sort key the row's `name`, both text. A row has a `value`, a `version` and,
/// where it is not for ever, the second from which it has expired, in `expires`.
#[derive(Clone, Debug)]
pub struct Table {
    aws: Aws,
    name: String,
}

/// Why a row was not read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("the row is not as the write expected it")]
    Condition,
    #[error("another write of the row is under way")]
    Busy,
    /// Something else writes into the table.
    #[error("a row cannot be read")]
    Unreadable,
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Rows of one family, in the order of their names.
#[derive(Clone, Debug)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// The last name that was looked at, where others may follow.
    pub last: Option<String>,
}

impl Table {
    #[must_use]
    pub fn new(aws: &Aws, name: &str) -> Self {
        Self {
            aws: aws.clone(),
            name: name.to_owned(),
        }
    }

    fn client(&self, deadline: Deadline) -> Result<Client, CallError> {
        Ok(Client::new(&self.aws.sdk(Service::DynamoDb, deadline)?))
    }

    /// As it is after every write that was answered.
    ///
    /// # Errors
    /// See [`TableError`].
    pub async fn get(&self, name: &RowName, deadline: Deadline) -> Result<Option<Row>, TableError> {
        let call = self.client(deadline)?.get_item();
        let call = call
            .table_name(&self.name)
            .set_key(Some(name.attributes()))
            .consistent_read(true);
        let answer = call.send().await;
        let answer = answer.map_err(|error| fault(&error, "dynamodb:GetItem"))?;
        answer.item.map(Row::read).transpose()
    }

    /// The rows of a family from the name `from` to the name `to`, both included. `limit` rows are looked at, fewer where they
    /// come to a megabyte.
    ///
    /// # Errors
    /// See [`TableError`].
    pub async fn query(
        &self,
        family: &str,
        (from, to): (&str, &str),
        limit: usize,
        deadline: Deadline,
    ) -> Result<Rows, TableError> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let values = [(":family", family), (":from", from), (":to", to)];
        let call = self.client(deadline)?.query();
        let call = call
            .table_name(&self.name)
            .key_condition_expression("#family = :family AND #name BETWEEN :from AND :to")
            .expression_attribute_names("#family", row::FAMILY)
            .expression_attribute_names("#name", row::NAME)
            .set_expression_attribute_values(Some(
                values
                    .map(|(name, value)| (name.to_owned(), text(value)))
                    .into(),
            ))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true);
        let answer = call.send().await;
        let answer = answer.map_err(|error| fault(&error, "dynamodb:Query"))?;
        let rows = answer.items.unwrap_or_default().into_iter();
        let last = answer.last_evaluated_key.map(RowName::read).transpose()?;
        Ok(Rows {
            rows: rows.map(Row::read).collect::<Result<_, _>>()?,
            last: last.map(|last| last.name),
        })
    }
}
