module "function" {
  source = "./modules/function"

  name          = var.name
  environment   = var.environment
  package_path  = var.package_path
  function      = var.function
  settings      = merge(var.settings, local.oauth, { bearer_sha256 = try(var.door.bearer_sha256, null) })
  secrets       = { source = var.secrets.source, prefix = var.secrets.prefix, names = local.parameter_names }
  kms_key_arn   = var.kms_key_arn
  table_name    = one(aws_dynamodb_table.state[*].name)
  audio_bucket  = one(aws_s3_bucket.audio[*].bucket)
  canary        = var.canary
  backends      = var.backends
  alarm_actions = [aws_sns_topic.alarms["notices"].arn]
}
