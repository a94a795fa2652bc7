# One handler of each service, with the last resort behind them. docs/without-cdk.md says why each part is there.
# This file holds what all functions share: the ledger, and the last resort with its two queues.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.82" }
  }
}

variable "name" {
  description = "How the names of all parts begin"
  type        = string
  default     = "ringback"
}
variable "bundles" {
  description = "The folder with a zip file for each handler"
  type        = string
  default     = "bundles"
}
variable "runtime" {
  description = "nodejs24.x needs version 6.22 of the provider; with an older one name nodejs22.x"
  type        = string
  default     = "nodejs24.x"
}
variable "url" {
  description = "What the gate and the smoke test ask"
  type        = string
  default     = "https://example.com/"
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name
  shared = {
    ledger_name       = aws_dynamodb_table.ledger.name
    ledger_arn        = aws_dynamodb_table.ledger.arn
    last_resort_queue = aws_sqs_queue.last_resort.arn
    runtime           = var.runtime
  }
  delivery_queue = { retention = 1209600, visibility = 180 }
  workflow_arns  = "arn:${local.partition}:transfer:${local.region}:${local.account}:workflow/*"
  job_results    = ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"]
  notify_results = [
    "servicecatalog:NotifyProvisionProductEngineWorkflowResult",
    "servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult",
    "servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult",
  ]
}

resource "aws_dynamodb_table" "ledger" {
  name         = "${var.name}-ledger"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  ttl {
    attribute_name = "expiration"
    enabled        = true
  }
  point_in_time_recovery { enabled = true }
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = local.delivery_queue.retention
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "last_resort" {
  name                       = "${var.name}-last-resort"
  message_retention_seconds  = local.delivery_queue.retention
  visibility_timeout_seconds = local.delivery_queue.visibility
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 6 })
}

resource "aws_sqs_queue_policy" "only_by_tls" {
  for_each = {
    dead_letters = aws_sqs_queue.dead_letters
    last_resort  = aws_sqs_queue.last_resort
    scan         = aws_sqs_queue.scan_continuation
    engine       = aws_sqs_queue.engine_continuation
  }
  queue_url = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = each.value.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    ]
  })
}

resource "aws_cloudwatch_log_group" "last_resort" {
  name              = "/aws/lambda/${var.name}-last-resort"
  retention_in_days = 30
}

resource "aws_iam_role" "last_resort" {
  name = "${var.name}-last-resort"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "last_resort" {
  name = "answers"
  role = aws_iam_role.last_resort.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.last_resort.arn}:*" },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = aws_dynamodb_table.ledger.arn
        Condition = {
          "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["codepipeline#*", "transfer#*", "servicecatalog#*"] }
          Null                      = { "dynamodb:LeadingKeys" = "false" }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.last_resort.arn
      },
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = [aws_sqs_queue.scan_continuation.arn, aws_sqs_queue.engine_continuation.arn] },
      { Effect = "Allow", Action = concat(["codepipeline:AcknowledgeJob"], local.job_results, local.notify_results), Resource = "*" },
      { Effect = "Allow", Action = "transfer:SendWorkflowStepState", Resource = local.workflow_arns },
    ]
  })
}

resource "aws_lambda_function" "last_resort" {
  function_name    = "${var.name}-last-resort"
  role             = aws_iam_role.last_resort.arn
  filename         = "${var.bundles}/last-resort.zip"
  source_code_hash = filebase64sha256("${var.bundles}/last-resort.zip")
  runtime          = var.runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = 512
  timeout          = 30
  environment {
    variables = { RINGBACK_LEDGER_TABLE = aws_dynamodb_table.ledger.name }
  }
  depends_on = [aws_iam_role_policy.last_resort]
}

resource "aws_lambda_function_recursion_config" "last_resort" {
  function_name  = aws_lambda_function.last_resort.function_name
  recursive_loop = "Allow"
}

resource "aws_lambda_event_source_mapping" "last_resort" {
  event_source_arn        = aws_sqs_queue.last_resort.arn
  function_name           = aws_lambda_function.last_resort.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}
