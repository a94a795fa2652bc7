# A function that owes somebody an answer: what the construct CallbackFunction makes.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.82" }
  }
}

variable "name" { type = string }
variable "bundle" {
  description = "The zip file with the handler's bundle"
  type        = string
}
variable "shared" {
  description = "What all functions share: ledger, last resort, runtime"
  type = object({
    ledger_name       = string
    ledger_arn        = string
    last_resort_queue = string
    runtime           = string
  })
}
variable "services" {
  description = "Whose entries of the ledger it may write"
  type        = list(string)
}
variable "max_event_age" {
  description = "How long an event may wait, in seconds: what the service waits, less the timeout, less 120"
  type        = number
}
variable "statements" {
  description = "What it may do beside"
  type        = any
  default     = []
}
variable "variables" {
  type    = map(string)
  default = {}
}
variable "role" {
  description = "The name and the path of its role"
  type        = object({ name = string, path = string })
  default     = null
}
variable "recursive_loop" {
  description = "Lets it be invoked by what it sent itself: it has a continuation queue, or hands jobs to itself"
  type        = bool
  default     = false
}
variable "queues" {
  description = "ARNs of the queues that hand deliveries to it, by name"
  type        = map(string)
  default     = {}
}

locals {
  queue_statements = length(var.queues) == 0 ? [] : [{
    Effect   = "Allow"
    Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    Resource = values(var.queues)
  }]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_iam_role" "this" {
  name = var.role == null ? "${var.name}-role" : var.role.name
  path = var.role == null ? "/" : var.role.path
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "answers"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.this.arn}:*" },
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = var.shared.last_resort_queue },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = var.shared.ledger_arn
        Condition = {
          "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = [for service in var.services : "${service}#*"] }
          Null                      = { "dynamodb:LeadingKeys" = "false" }
        }
      },
    ], local.queue_statements, var.statements)
  })
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  filename         = var.bundle
  source_code_hash = filebase64sha256(var.bundle)
  runtime          = var.shared.runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = 512
  timeout          = 30
  environment {
    variables = merge(var.variables, {
      RINGBACK_LEDGER_TABLE = var.shared.ledger_name
      RINGBACK_LAST_RESORT  = "true"
      RINGBACK_ON_CRASH     = "fail"
    })
  }
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_lambda_function_recursion_config" "this" {
  count          = var.recursive_loop ? 1 : 0
  function_name  = aws_lambda_function.this.function_name
  recursive_loop = "Allow"
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = var.max_event_age
  maximum_retry_attempts       = 2
  destination_config {
    on_failure { destination = var.shared.last_resort_queue }
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                = var.queues
  event_source_arn        = each.value
  function_name           = aws_lambda_function.this.arn
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]
}

output "arn" { value = aws_lambda_function.this.arn }
output "name" { value = aws_lambda_function.this.function_name }
output "role_id" { value = aws_iam_role.this.id }
