# A Lambda Hook has no ledger and no last resort: CloudFormation waits for what it returns, 30 s at most.

resource "aws_iam_role" "hook" {
  name = "${var.name}-hook"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_cloudwatch_log_group" "hook" {
  name              = "/aws/lambda/${var.name}-hook"
  retention_in_days = 30
}

resource "aws_iam_role_policy" "hook" {
  name = "logs"
  role = aws_iam_role.hook.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.hook.arn}:*" }]
  })
}

resource "aws_lambda_function" "hook" {
  function_name    = "${var.name}-hook"
  role             = aws_iam_role.hook.arn
  filename         = "${var.bundles}/bucket-hook.zip"
  source_code_hash = filebase64sha256("${var.bundles}/bucket-hook.zip")
  runtime          = var.runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = 512
  timeout          = 30
}

resource "aws_iam_role" "hook_invoker" {
  name = "${var.name}-hook-invoker"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "hooks.cloudformation.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "hook_invoker" {
  name = "invoke"
  role = aws_iam_role.hook_invoker.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = aws_lambda_function.hook.arn }]
  })
}

# The provider has no resource of its own for a Lambda Hook; Cloud Control makes it.
resource "aws_cloudcontrolapi_resource" "bucket_hook" {
  type_name = "AWS::CloudFormation::LambdaHook"
  desired_state = jsonencode({
    Alias            = "Ringback::Example::BucketHook"
    LambdaFunction   = aws_lambda_function.hook.arn
    ExecutionRole    = aws_iam_role.hook_invoker.arn
    FailureMode      = "WARN"
    HookStatus       = "ENABLED"
    TargetOperations = ["RESOURCE", "CLOUD_CONTROL"]
    TargetFilters    = { Actions = ["CREATE", "UPDATE"], InvocationPoints = ["PRE_PROVISION"], TargetNames = ["AWS::S3::Bucket"] }
  })
  depends_on = [aws_iam_role_policy.hook_invoker]
}
