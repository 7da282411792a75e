locals {
  # What the function asks the parameter store for, both spellings of the one that has had two names.
  parameter_names = toset([
    "openai-api-key",
    "aoma-assistant-id",
    "openai-vector-store-id",
    "next-public-supabase-url",
    "supabase-url",
    "supabase-service-role-key",
    "elevenlabs-api-key",
    "elevenlabs-webhook-secret",
    "state-key",
    "api-keys",
  ])
}

# The value is write-only: it is sent, and never kept in a plan or a state. Nothing in a plan knows whether it will be sent, so
# that none is demanded here: the parameter store refuses an empty one.
resource "aws_ssm_parameter" "created" {
  #checkov:skip=CKV_AWS_337:The customer key is an input; without it the parameter is encrypted by the account's own SSM key.
  for_each = var.secrets.source == "ssm" ? var.secrets.create : []

  name             = "${var.secrets.prefix}${each.key}"
  description      = "Read by ${var.name}"
  type             = "SecureString"
  key_id           = var.kms_key_arn
  value_wo         = lookup(var.secret_values, each.key, "")
  value_wo_version = var.secrets.version
}
