output "name" {
  description = "The function's name."
  value       = aws_lambda_function.mcp.function_name
}

output "arn" {
  description = "The function's ARN, without a version."
  value       = aws_lambda_function.mcp.arn
}

output "version" {
  description = "The newest published version."
  value       = aws_lambda_function.mcp.version
}

output "alias_arn" {
  description = "What the URL and the second door call."
  value       = aws_lambda_alias.live.arn
}

output "alias_name" {
  description = "The alias's name."
  value       = aws_lambda_alias.live.name
}

output "invoke_arn" {
  description = "How API Gateway addresses the alias."
  value       = aws_lambda_alias.live.invoke_arn
}

output "url" {
  description = "The signed address, with a slash at its end."
  value       = aws_lambda_function_url.live.function_url
}

output "backend_alarms" {
  description = "Of each system that has an alarm of its own: the alarm's name, what it watches, whom it tells."
  value = {
    for backend, alarm in aws_cloudwatch_metric_alarm.backend_failures :
    backend => { name = alarm.alarm_name, backend = alarm.dimensions["Backend"], actions = alarm.alarm_actions }
  }
}

output "role_arn" {
  description = "The function's role."
  value       = aws_iam_role.function.arn
}

output "log_group_name" {
  description = "Where the function writes."
  value       = aws_cloudwatch_log_group.function.name
}

output "alarm_names" {
  description = "The name of each alarm, by what it watches."
  value = merge(
    { for kind, alarm in aws_cloudwatch_metric_alarm.function : kind => alarm.alarm_name },
    { tool-failures = aws_cloudwatch_metric_alarm.tool_failures.alarm_name },
  )
}
