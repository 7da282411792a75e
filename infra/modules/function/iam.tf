data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id
  owner     = "${local.region}:${data.aws_caller_identity.current.account_id}"

  parameter_arns = [
    for name in sort(var.secrets.names) : "arn:${local.partition}:ssm:${local.owner}:parameter${var.secrets.prefix}${name}"
  ]
  credentials = trimsuffix(trimprefix(lookup(var.settings.more, "MESH_CREDENTIALS", "ssm:/mesh"), "ssm:"), "/")
  upstream_parameter_arns = [
    for place in ["global", "teams"] : "arn:${local.partition}:ssm:${local.owner}:parameter${local.credentials}/${place}/*"
  ]
  reads_secrets = var.secrets.source == "ssm"
  policy_arn = var.settings.policy_at == null ? null : (
    startswith(var.settings.policy_at, "ssm:")
    ? "arn:${local.partition}:ssm:${local.owner}:parameter${trimprefix(var.settings.policy_at, "ssm:")}"
    : replace(var.settings.policy_at, "s3://", "arn:${local.partition}:s3:::")
  )
  policy_is_parameter = startswith(coalesce(var.settings.policy_at, "none"), "ssm:")

  statements = {
    write_logs = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.function.arn}:*"
    }]
    # X-Ray has no resources to name.
    write_traces = [{
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      Resource = "*"
    }]
    read_secrets = local.reads_secrets ? [{
      Effect   = "Allow"
      Action   = "ssm:GetParameters"
      Resource = local.parameter_arns
    }] : []
    decrypt_secrets = local.reads_secrets && var.kms_key_arn != null ? [{
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = {
          "kms:ViaService"                      = "ssm.${local.region}.amazonaws.com"
          "kms:EncryptionContext:PARAMETER_ARN" = local.parameter_arns
        }
      }
    }] : []
    # Items by their keys, and those under a prefix: what would read the whole table is not granted.
    keep_state = var.table_name != null ? [{
      Effect = "Allow"
      Action = [
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query",
        "dynamodb:ConditionCheckItem",
      ]
      Resource = "arn:${local.partition}:dynamodb:${local.owner}:table/${var.table_name}"
    }] : []
    decrypt_state = var.table_name != null && var.kms_key_arn != null ? [{
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = {
          "kms:ViaService"                               = "dynamodb.${local.region}.amazonaws.com"
          "kms:EncryptionContext:aws:dynamodb:tableName" = var.table_name
        }
      }
    }] : []
    # Values that entries of other servers name (docs/GATEWAY.md).
    read_upstreams = var.settings.upstreams ? [{
      Effect   = "Allow"
      Action   = "ssm:GetParameters"
      Resource = local.upstream_parameter_arns
    }] : []
    decrypt_upstreams = var.settings.upstreams && var.kms_key_arn != null ? [{
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = { "kms:ViaService" = "ssm.${local.region}.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:PARAMETER_ARN" = local.upstream_parameter_arns }
      }
    }] : []
    read_policy = local.policy_arn != null ? [{
      Effect   = "Allow"
      Action   = local.policy_is_parameter ? "ssm:GetParameters" : "s3:GetObject"
      Resource = local.policy_arn
    }] : []
    decrypt_policy = local.policy_is_parameter && var.kms_key_arn != null ? [{
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = {
          "kms:ViaService"                      = "ssm.${local.region}.amazonaws.com"
          "kms:EncryptionContext:PARAMETER_ARN" = local.policy_arn
        }
      }
    }] : []
    # Objects by their keys; it may not list them.
    keep_sounds = var.audio_bucket != null ? [{
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = [for keys in ["answers", "sounds"] : "arn:${local.partition}:s3:::${var.audio_bucket}/${keys}/*"]
    }] : []
    read_corpus = var.settings.corpus_uri != null ? [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = replace(var.settings.corpus_uri, "s3://", "arn:${local.partition}:s3:::")
    }] : []
  }
}

resource "aws_iam_role" "function" {
  name        = "${var.name}-${local.region}"
  description = "What ${var.name} may do"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "allowed" {
  for_each = { for verb, statements in local.statements : verb => statements if length(statements) > 0 }

  name   = each.key
  role   = aws_iam_role.function.id
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}
