# For callers in this account: attach it to their role. A URL call is allowed by two actions together, and the second
# one's condition keeps it from allowing a direct Invoke past the URL.
resource "aws_iam_policy" "call_function" {
  name        = "${var.name}-call"
  description = "May call ${var.name} through its URL, and in no other way"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CallUrl"
        Effect    = "Allow"
        Action    = "lambda:InvokeFunctionUrl"
        Resource  = local.callable
        Condition = { StringEquals = { "lambda:FunctionUrlAuthType" = "AWS_IAM" } }
      },
      {
        Sid       = "InvokeThroughUrlOnly"
        Effect    = "Allow"
        Action    = "lambda:InvokeFunction"
        Resource  = local.callable
        Condition = { Bool = { "lambda:InvokedViaFunctionUrl" = "true" } }
      },
    ]
  })
}

locals {
  callable = [module.function.arn, module.function.alias_arn]
}
