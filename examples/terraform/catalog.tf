# A provisioning engine of Service Catalog, found by the names of its queues, its parser and its roles.

resource "aws_sqs_queue" "operations" {
  for_each                   = toset(["Provision", "Update", "Terminate"])
  name                       = "ServiceCatalogExternal${each.key}OperationQueue"
  message_retention_seconds  = local.delivery_queue.retention
  visibility_timeout_seconds = local.delivery_queue.visibility
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.last_resort.arn, maxReceiveCount = 5 })
}

resource "aws_sqs_queue_policy" "operations" {
  for_each  = aws_sqs_queue.operations
  queue_url = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = each.value.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } },
      {
        Effect    = "Allow"
        Principal = { Service = "servicecatalog.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = each.value.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_sqs_queue" "engine_continuation" {
  name                       = "${var.name}-engine-continuation"
  message_retention_seconds  = local.delivery_queue.retention
  visibility_timeout_seconds = local.delivery_queue.visibility
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.last_resort.arn, maxReceiveCount = 5 })
}

locals {
  launch_roles = "arn:${local.partition}:iam::${local.account}:role/SCLaunch*"
}

module "engine" {
  source         = "./function"
  name           = "${var.name}-engine"
  bundle         = "${var.bundles}/bucket-engine.zip"
  shared         = local.shared
  services       = ["servicecatalog"]
  max_event_age  = 3600
  recursive_loop = true
  role           = { name = "TerraformExecutionRole-${local.region}", path = "/TerraformEngine/" }
  queues = merge(
    { for name, queue in aws_sqs_queue.operations : name => queue.arn },
    { continuation = aws_sqs_queue.engine_continuation.arn },
  )
  variables = { RINGBACK_CONTINUATION_QUEUE_URL = aws_sqs_queue.engine_continuation.url }
  statements = [
    { Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.engine_continuation.arn },
    { Effect = "Allow", Action = local.notify_results, Resource = "*" },
    { Effect = "Allow", Action = "sts:AssumeRole", Resource = local.launch_roles },
  ]
}

resource "aws_iam_role" "parser" {
  name = "ServiceCatalogExternalParameterParserRole-${local.region}"
  path = "/TerraformEngine/"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_cloudwatch_log_group" "parser" {
  name              = "/aws/lambda/ServiceCatalogExternalParameterParser"
  retention_in_days = 30
}

resource "aws_iam_role_policy" "parser" {
  name = "parser"
  role = aws_iam_role.parser.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.parser.arn}:*" },
      { Effect = "Allow", Action = "sts:AssumeRole", Resource = local.launch_roles },
      # The administrator's view of a product has no launch role; the tag confines this to artifacts.
      {
        Effect    = "Allow"
        Action    = "s3:GetObject"
        Resource  = "arn:${local.partition}:s3:::sc-*/*"
        Condition = { StringEquals = { "s3:ExistingObjectTag/servicecatalog:provisioning" = "true" } }
      },
    ]
  })
}

resource "aws_lambda_function" "parser" {
  function_name    = "ServiceCatalogExternalParameterParser"
  role             = aws_iam_role.parser.arn
  filename         = "${var.bundles}/bucket-parser.zip"
  source_code_hash = filebase64sha256("${var.bundles}/bucket-parser.zip")
  runtime          = var.runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = 512
  timeout          = 60
}

resource "aws_lambda_permission" "parser" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.parser.function_name
  principal      = "servicecatalog.amazonaws.com"
  source_account = local.account
}

resource "aws_iam_role" "launch" {
  name = "SCLaunchBucket"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { Service = "servicecatalog.amazonaws.com" }, Action = "sts:AssumeRole" },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "sts:AssumeRole"
        Condition = {
          ArnLike = {
            "aws:PrincipalArn" = [
              "arn:${local.partition}:iam::${local.account}:role/TerraformEngine/TerraformExecutionRole*",
              "arn:${local.partition}:iam::${local.account}:role/TerraformEngine/ServiceCatalogExternalParameterParserRole*",
            ]
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "launch" {
  name = "product"
  role = aws_iam_role.launch.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketTagging"], Resource = "arn:${local.partition}:s3:::pp-*" },
      # Service Catalog groups and tags what a product makes, under names of its own.
      {
        Effect = "Allow"
        Action = [
          "resource-groups:CreateGroup",
          "resource-groups:DeleteGroup",
          "resource-groups:ListGroupResources",
          "resource-groups:Tag",
          "tag:GetResources",
          "tag:GetTagKeys",
          "tag:GetTagValues",
          "tag:TagResources",
          "tag:UntagResources",
        ]
        Resource = "*"
      },
      {
        Effect    = "Allow"
        Action    = "s3:GetObject"
        Resource  = "*"
        Condition = { StringEquals = { "s3:ExistingObjectTag/servicecatalog:provisioning" = "true" } }
      },
    ]
  })
}
