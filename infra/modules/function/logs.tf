resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_158:The customer key is an input; CloudWatch encrypts with its own where none is given.
  #checkov:skip=CKV_AWS_338:Thirty days is what was asked for; lines hold no bodies, and function.log_retention_days lengthens it.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.function.log_retention_days
  kms_key_id        = var.kms_key_arn
}
