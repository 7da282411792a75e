resource "aws_cloudwatch_dashboard" "mesh" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ start = "-PT3H", widgets = local.widgets })
}

locals {
  on_live = ["FunctionName", var.name, "Resource", "${var.name}:${module.function.alias_name}"]
  ours    = ["Environment", var.environment, "FunctionName", var.name]

  # Two to a row; each is a title, a unit and its lines.
  charts = [
    { title = "Requests", stat = "Sum", metrics = [
      concat(["AWS/Lambda", "UrlRequestCount"], local.on_live), concat(["AWS/Lambda", "Url4xxCount"], local.on_live),
      concat(["AWS/Lambda", "Url5xxCount"], local.on_live), concat(["AomaMesh", "RequestCount"], local.ours),
    ] },
    { title = "Success rate, %", stat = "Average", metrics = [concat(["AomaMesh", "SuccessRate"], local.ours)] },
    { title = "Duration, ms", stat = "p50", metrics = [
      for stat in ["p50", "p95", "p99", "Maximum"] : concat(["AWS/Lambda", "Duration"], local.on_live, [{ stat = stat, label = stat }])
    ] },
    { title = "Failures", stat = "Sum", metrics = [
      concat(["AWS/Lambda", "Errors"], local.on_live), concat(["AWS/Lambda", "Throttles"], local.on_live),
      concat(["AomaMesh", "DeadlineExceeded"], local.ours), concat(["AomaMesh", "ToolFailures"], local.ours),
      concat(["AomaMesh", "SecretRefreshFailures"], local.ours),
    ] },
    { title = "Environments at work", stat = "Maximum", metrics = [concat(["AWS/Lambda", "ConcurrentExecutions"], local.on_live)] },
    { title = "Cold starts", stat = "Sum", metrics = [
      concat(["AomaMesh", "ColdStart"], local.ours),
      concat(["AomaMesh", "InitDuration"], local.ours, [{ stat = "p95", label = "init p95, ms", yAxis = "right" }]),
    ] },
    { title = "Questions not found, %", stat = "Average", metrics = [concat(["AomaMesh", "NotFoundRate"], local.ours)] },
    { title = "Age of the corpus, s", stat = "Maximum", metrics = [concat(["AomaMesh", "CorpusAge"], local.ours)] },
  ]

  # One line a tool or vendor, whatever they are called.
  searches = [
    { title = "Calls by tool", by = "Tool", metric = "ToolUsage", stat = "Sum" },
    { title = "Failures by tool", by = "Tool", metric = "ToolFailures", stat = "Sum" },
    { title = "p95 by tool, ms", by = "Tool", metric = "ToolDuration", stat = "p95" },
    { title = "p95 by vendor, ms", by = "Backend", metric = "BackendLatency", stat = "p95" },
  ]

  widgets = concat(
    [for nth, chart in local.charts : {
      type       = "metric", x = 12 * (nth % 2), y = 6 * floor(nth / 2), width = 12, height = 6
      properties = { title = chart.title, region = var.region, view = "timeSeries", stat = chart.stat, period = 300, metrics = chart.metrics }
    }],
    [for nth, search in local.searches : {
      type = "metric", x = 12 * (nth % 2), y = 24 + 6 * floor(nth / 2), width = 12, height = 6
      properties = { title = search.title, region = var.region, view = "timeSeries", period = 300, metrics = [[{
        id         = "s${nth}"
        expression = "SEARCH('{AomaMesh,Environment,FunctionName,${search.by}} Environment=\"${var.environment}\" FunctionName=\"${var.name}\" MetricName=\"${search.metric}\"', '${search.stat}')"
      }]] }
    }],
    [{
      type       = "log", x = 0, y = 36, width = 24, height = 8
      properties = { title = "Slowest calls", region = var.region, view = "table", query = local.slowest }
    }],
  )

  slowest = join(" | ", [
    "SOURCE '${module.function.log_group_name}'",
    "filter message = 'request' and ispresent(tool)",
    "fields @timestamp, tool, caller, outcome, failure, duration_us / 1000 as ms, request_id",
    "sort duration_us desc",
    "limit 20",
  ])
}
