//! Writes, of which each is made once: a write whose answer was lost is sent again, and then finds its own version in the
//! row's place, which is how a condition that no longer holds is told from one that never did.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use mesh_core::Deadline;

use super::row::{self, Row, RowName, number};
use super::{Table, TableError};
use crate::CallError;
use crate::sdk::fault;

/// What must hold of a row for it to be written. `now` is in seconds since 1970, and a row that has expired is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    None,
    Absent { now: u64 },
    Version { version: u64, now: u64 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowChange {
    Put {
        value: Vec<u8>,
        /// Of this write alone.
        version: u64,
        expires: Option<u64>,
    },
    Delete,
    Keep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWrite {
    pub name: RowName,
    pub condition: Condition,
    pub change: RowChange,
}

#[derive(Debug, Default)]
struct Expression {
    text: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Condition {
    fn expression(self) -> Expression {
        let (text, values) = match self {
            Self::None => return Expression::default(),
            Self::Absent { now } => (
                "attribute_not_exists(#version) OR #expires <= :now",
                vec![(":now", now)],
            ),
            Self::Version { version, now } => (
                "#version = :version AND (attribute_not_exists(#expires) OR #expires > :now)",
                vec![(":now", now), (":version", version)],
            ),
        };
        let names = [("#version", row::VERSION), ("#expires", row::EXPIRES)];
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), number(value)));
        Expression {
            text: Some(text.to_owned()),
            names: Some(
                names
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            ),
            values: Some(values.collect()),
        }
    }
}

impl Table {
    /// All of the writes or none, each of another row, 100 at most.
    ///
    /// # Errors
    /// See [`TableError`].
    pub async fn write(
        &self,
        mut writes: Vec<RowWrite>,
        deadline: Deadline,
    ) -> Result<(), TableError> {
        writes
            .retain(|write| write.change != RowChange::Keep || write.condition != Condition::None);
        match writes.len() {
            0 => Ok(()),
            1 => self.write_one(writes.remove(0), deadline).await,
            _ => self.transact(writes, deadline).await,
        }
    }

    /// Half the price of a transaction.
    async fn write_one(&self, write: RowWrite, deadline: Deadline) -> Result<(), TableError> {
        match write.change {
            RowChange::Put {
                value,
                version,
                expires,
            } => {
                let row = Row {
                    name: write.name,
                    value,
                    version,
                    expires,
                };
                self.put(row, write.condition, deadline).await
            }
            RowChange::Delete => self.delete(&write.name, write.condition, deadline).await,
            RowChange::Keep => self.transact(vec![write], deadline).await,
        }
    }

    async fn put(
        &self,
        row: Row,
        condition: Condition,
        deadline: Deadline,
    ) -> Result<(), TableError> {
        let version = row.version;
        let expression = condition.expression();
        let call = self.client(deadline)?.put_item();
        let call = call
            .table_name(&self.name)
            .set_item(Some(row.attributes()))
            .set_condition_expression(expression.text)
            .set_expression_attribute_names(expression.names)
            .set_expression_attribute_values(expression.values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = call.send().await else {
            return Ok(());
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(found)) => {
                let found = found.item().and_then(row::version);
                match found == Some(version) {
                    true => Ok(()),
                    false => Err(TableError::Condition),
                }
            }
            Some(PutItemError::TransactionConflictException(_)) => Err(TableError::Busy),
            _ => Err(TableError::Call(fault(&error, "dynamodb:PutItem"))),
        }
    }

    async fn delete(
        &self,
        name: &RowName,
        condition: Condition,
        deadline: Deadline,
    ) -> Result<(), TableError> {
        let expression = condition.expression();
        let call = self.client(deadline)?.delete_item();
        let call = call
            .table_name(&self.name)
            .set_key(Some(name.attributes()))
            .set_condition_expression(expression.text)
            .set_expression_attribute_names(expression.names)
            .set_expression_attribute_values(expression.values);
        let Err(error) = call.send().await else {
            return Ok(());
        };
        match error.as_service_error() {
            Some(DeleteItemError::ConditionalCheckFailedException(_)) => Err(TableError::Condition),
            Some(DeleteItemError::TransactionConflictException(_)) => Err(TableError::Busy),
            _ => Err(TableError::Call(fault(&error, "dynamodb:DeleteItem"))),
        }
    }

    async fn transact(&self, writes: Vec<RowWrite>, deadline: Deadline) -> Result<(), TableError> {
        let put = writes.iter().find_map(|write| match write.change {
            RowChange::Put { version, .. } => Some((write.name.clone(), version)),
            RowChange::Delete | RowChange::Keep => None,
        });
        let items: Result<Vec<_>, _> = writes
            .into_iter()
            .map(|write| item(&self.name, write))
            .collect();
        let items = items.map_err(|error| CallError::Refused(error.to_string()))?;
        let call = self.client(deadline)?.transact_write_items();
        let Err(error) = call.set_transact_items(Some(items)).send().await else {
            return Ok(());
        };
        let error = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                reason(cancelled.cancellation_reasons())
            }
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => TableError::Busy,
            _ => TableError::Call(fault(&error, "dynamodb:TransactWriteItems")),
        };
        match put {
            Some((name, version)) if error == TableError::Condition => {
                let found = self.get(&name, deadline).await?;
                match found.is_some_and(|found| found.version == version) {
                    true => Ok(()),
                    false => Err(error),
                }
            }
            _ => Err(error),
        }
    }
}

fn item(table: &str, write: RowWrite) -> Result<TransactWriteItem, BuildError> {
    let RowWrite {
        name,
        condition,
        change,
    } = write;
    let expression = condition.expression();
    let item = TransactWriteItem::builder();
    Ok(match change {
        RowChange::Put {
            value,
            version,
            expires,
        } => {
            let row = Row {
                name,
                value,
                version,
                expires,
            };
            let put = Put::builder()
                .table_name(table)
                .set_item(Some(row.attributes()))
                .set_condition_expression(expression.text)
                .set_expression_attribute_names(expression.names)
                .set_expression_attribute_values(expression.values);
            item.put(put.build()?)
        }
        RowChange::Delete => {
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(name.attributes()))
                .set_condition_expression(expression.text)
                .set_expression_attribute_names(expression.names)
                .set_expression_attribute_values(expression.values);
            item.delete(delete.build()?)
        }
        RowChange::Keep => {
            let check = ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(name.attributes()))
                .set_condition_expression(expression.text)
                .set_expression_attribute_names(expression.names)
                .set_expression_attribute_values(expression.values);
            item.condition_check(check.build()?)
        }
    }
    .build())
}

/// Why a transaction was cancelled: a condition that does not hold goes before what passes by itself.
fn reason(reasons: &[CancellationReason]) -> TableError {
    let codes: Vec<_> = reasons
        .iter()
        .filter_map(CancellationReason::code)
        .filter(|code| *code != "None")
        .collect();
    if codes.contains(&"ConditionalCheckFailed") {
        return TableError::Condition;
    }
    match codes.first() {
        Some(&"TransactionConflict") => TableError::Busy,
        Some(&("ThrottlingError" | "ProvisionedThroughputExceeded")) => {
            TableError::Call(CallError::Throttled)
        }
        other => TableError::Call(CallError::Refused(
            other.unwrap_or(&"TransactionCanceledException").to_string(),
        )),
    }
}
