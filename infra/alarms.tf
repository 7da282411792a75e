# notices: every alarm, as it comes and goes. page: one message an incident.
resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:The customer key is an input; AWS's own SNS key cannot be used by alarms, which would then tell nobody.
  for_each = toset(["notices", "page"])

  name              = "${var.name}-${each.key}"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = aws_sns_topic.alarms

  arn = each.value.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = each.value.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "notices" {
  for_each = var.notify.emails

  topic_arn = aws_sns_topic.alarms["notices"].arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_sns_topic_subscription" "page" {
  for_each = var.notify.page

  topic_arn = aws_sns_topic.alarms["page"].arn
  protocol  = startswith(each.key, "https://") ? "https" : "email"
  endpoint  = each.key
}

check "somebody_hears" {
  assert {
    condition     = length(setunion(var.notify.emails, var.notify.page)) > 0
    error_message = "No alarm reaches anybody: write notify = { emails = [\"…\"] } into infra/env/, and confirm the subscription in the message that AWS sends."
  }
}

resource "aws_cloudwatch_composite_alarm" "incident" {
  alarm_name        = "${var.name}-incident"
  alarm_description = "At least one alarm of ${var.name} is on; its notice says which. docs/RUNBOOK.md"
  alarm_rule        = join(" OR ", [for name in local.alarm_names : "ALARM(\"${name}\")"])
  alarm_actions     = [aws_sns_topic.alarms["page"].arn]
  ok_actions        = [aws_sns_topic.alarms["page"].arn]
}

data "aws_caller_identity" "current" {}

locals {
  alarm_names = concat(values(module.function.alarm_names), aws_cloudwatch_metric_alarm.door[*].alarm_name)
}
