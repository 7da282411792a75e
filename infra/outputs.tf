# The first five are the old stack's, by its names: scripts and people know them.
output "LambdaFunctionName" {
  description = "The function's name."
  value       = module.function.name
}

output "LambdaFunctionArn" {
  description = "The function's ARN, without a version."
  value       = module.function.arn
}

output "FunctionUrl" {
  description = "The signed address, with a slash at its end."
  value       = module.function.url
}

output "HealthCheckUrl" {
  description = "Health by parts."
  value       = "${module.function.url}health"
}

output "MCPEndpointUrl" {
  description = "Where MCP clients go."
  value       = "${module.function.url}rpc"
}

output "Region" {
  description = "The region callers sign for."
  value       = var.region
}

output "AliasArn" {
  description = "What the URL calls."
  value       = module.function.alias_arn
}

output "Version" {
  description = "The newest published version."
  value       = module.function.version
}

output "LogGroupName" {
  description = "Where the function writes."
  value       = module.function.log_group_name
}

output "RoleArn" {
  description = "What the function may do is what this role may do."
  value       = module.function.role_arn
}

output "CallersPolicyArn" {
  description = "To attach to the role of whoever calls."
  value       = aws_iam_policy.call_function.arn
}

output "TableName" {
  description = "The table that keeps state, where there is one."
  value       = one(aws_dynamodb_table.state[*].name)
}

output "AudioBucketName" {
  description = "The bucket of sounds, where there is one."
  value       = one(aws_s3_bucket.audio[*].bucket)
}

output "AlarmNames" {
  description = "Every alarm, and the one above them."
  value       = concat(local.alarm_names, aws_cloudwatch_composite_alarm.incident[*].alarm_name)
}

output "AlarmTopicArns" {
  description = "Where alarms are sent: notices for each, page once an incident."
  value       = { for purpose, topic in aws_sns_topic.alarms : purpose => topic.arn }
}

output "DashboardName" {
  description = "The dashboard in CloudWatch."
  value       = aws_cloudwatch_dashboard.mesh.dashboard_name
}

output "DoorUrl" {
  description = "The address for callers that cannot sign, where there is one."
  value       = local.door_url
}
