locals {
  on_alias    = { FunctionName = var.name, Resource = "${var.name}:${aws_lambda_alias.live.name}" }
  on_function = { Environment = var.environment, FunctionName = var.name }
  budget_s    = var.function.budget_ms / 1000

  # Each is above its threshold, for so many periods in a row. docs/RUNBOOK.md has a section by every name.
  alarms = {
    errors = {
      about     = "More than 5 invocations failed in 5 minutes"
      namespace = "AWS/Lambda", metric = "Errors", dimensions = local.on_alias
      statistic = "Sum", period = 300, periods = 1, threshold = 5
    }
    failed = {
      about     = "An invocation failed: the server answers every fault it can see, so this one it did not see"
      namespace = "AWS/Lambda", metric = "Errors", dimensions = local.on_alias
      statistic = "Sum", period = 60, periods = 1, threshold = 0
    }
    slow = {
      about     = "Calls take more than ${local.budget_s} s on average: almost all of them end at their deadline"
      namespace = "AWS/Lambda", metric = "Duration", dimensions = local.on_alias
      statistic = "Average", period = 300, periods = 1, threshold = var.function.budget_ms
    }
    slow-p95 = {
      about     = "One call in twenty takes more than ${local.budget_s * 0.8} s, four fifths of its budget, for 15 minutes"
      namespace = "AWS/Lambda", metric = "Duration", dimensions = local.on_alias
      statistic = "p95", period = 300, periods = 3, threshold = var.function.budget_ms * 0.8
    }
    throttles = {
      about     = "Callers were turned away: the reserved concurrency is used up"
      namespace = "AWS/Lambda", metric = "Throttles", dimensions = local.on_alias
      statistic = "Sum", period = 60, periods = 1, threshold = 0
    }
    url-5xx = {
      about     = "The URL answered more than 5 times with a 5xx in 5 minutes"
      namespace = "AWS/Lambda", metric = "Url5xxCount", dimensions = local.on_alias
      statistic = "Sum", period = 300, periods = 1, threshold = 5
    }
    deadline-exceeded = {
      about     = "More than 5 calls in 5 minutes ended at their deadline"
      namespace = "AomaMesh", metric = "DeadlineExceeded", dimensions = local.on_function
      statistic = "Sum", period = 300, periods = 1, threshold = 5
    }
    secret-refresh = {
      about     = "Secrets could not be read from the parameter store; the old ones serve until they are too old"
      namespace = "AomaMesh", metric = "SecretRefreshFailures", dimensions = local.on_function
      statistic = "Sum", period = 300, periods = 1, threshold = 0
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.about}. docs/RUNBOOK.md#${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = each.value.period
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching" # No calls, no data, no trouble.
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "tool_failures" {
  alarm_name          = "${var.name}-tool-failures"
  alarm_description   = "More than one request in five ended in a tool's failure, of at least ten in 5 minutes, twice. docs/RUNBOOK.md#tool-failures"
  evaluation_periods  = 2
  threshold           = 20
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions

  metric_query {
    id          = "rate"
    label       = "Tool failures in a hundred requests"
    expression  = "IF(requests >= 10, 100 * FILL(failures, 0) / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { requests = "RequestCount", failures = "ToolFailures" }

    content {
      id = metric_query.key
      metric {
        namespace   = "AomaMesh"
        metric_name = metric_query.value
        dimensions  = local.on_function
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

# A server that is down leaves everything else as it is: it is no incident, and takes no deployment back.
resource "aws_cloudwatch_metric_alarm" "backend_failures" {
  for_each = var.backends

  alarm_name          = "${var.name}-backend-${replace(each.key, "/[^A-Za-z0-9_-]+/", "-")}"
  alarm_description   = "More than half of what ${each.key} was asked in 10 minutes failed. docs/RUNBOOK.md#backend"
  namespace           = "AomaMesh"
  metric_name         = "BackendFailures"
  dimensions          = merge(local.on_function, { Backend = each.key })
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 2
  threshold           = 0.5
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
}
