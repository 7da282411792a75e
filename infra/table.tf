# What outlives a request: docs/STATE.md. Its keys and its time to live are those of mesh-aws/src/dynamodb/row.rs.
resource "aws_dynamodb_table" "state" {
  #checkov:skip=CKV_AWS_119:The customer key is an input; without it the table is encrypted by the account's own DynamoDB key.
  count = var.table.enabled ? 1 : 0

  name                        = "${var.name}-state"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "family"
  range_key                   = "name"
  deletion_protection_enabled = var.table.deletion_protection

  attribute {
    name = "family"
    type = "S"
  }

  attribute {
    name = "name"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}
