# A Lambda Hook has no ledger and no last resort: CloudFormation waits for what it returns, 30 s at most.

module "hook" {
  source  = "./handler"
  name    = "${var.name}-hook"
  bundle  = "${var.bundles}/bucket-hook.zip"
  runtime = var.runtime
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
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = module.hook.arn }]
  })
}

# The provider has no resource of its own for a Lambda Hook; Cloud Control makes it.
resource "aws_cloudcontrolapi_resource" "bucket_hook" {
  type_name = "AWS::CloudFormation::LambdaHook"
  desired_state = jsonencode({
    Alias            = "Ringback::Example::BucketHook"
    LambdaFunction   = module.hook.arn
    ExecutionRole    = aws_iam_role.hook_invoker.arn
    FailureMode      = "WARN"
    HookStatus       = "ENABLED"
    TargetOperations = ["RESOURCE", "CLOUD_CONTROL"]
    TargetFilters    = { Actions = ["CREATE", "UPDATE"], InvocationPoints = ["PRE_PROVISION"], TargetNames = ["AWS::S3::Bucket"] }
  })
  depends_on = [aws_iam_role_policy.hook_invoker]
}
