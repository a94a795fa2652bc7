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
    last_resort_queue = module.last_resort_queue.arn
    runtime           = var.runtime
  }
  workflow_arns = "arn:${local.partition}:transfer:${local.region}:${local.account}:workflow/*"
  job_results   = ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"]
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

module "dead_letters" {
  source = "./queue"
  name   = "${var.name}-dead-letters"
}

module "last_resort_queue" {
  source       = "./queue"
  name         = "${var.name}-last-resort"
  dead_letters = { queue = module.dead_letters.arn, receives = 6 }
}

module "last_resort" {
  source    = "./handler"
  name      = "${var.name}-last-resort"
  bundle    = "${var.bundles}/last-resort.zip"
  runtime   = var.runtime
  variables = { RINGBACK_LEDGER_TABLE = aws_dynamodb_table.ledger.name }
  statements = [
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
      Resource = module.last_resort_queue.arn
    },
    { Effect = "Allow", Action = "sqs:SendMessage", Resource = [module.scan.continuation.arn, module.engine.continuation.arn] },
    { Effect = "Allow", Action = concat(["codepipeline:AcknowledgeJob"], local.job_results, local.notify_results), Resource = "*" },
    { Effect = "Allow", Action = "transfer:SendWorkflowStepState", Resource = local.workflow_arns },
  ]
}

resource "aws_lambda_function_recursion_config" "last_resort" {
  function_name  = module.last_resort.name
  recursive_loop = "Allow"
}

resource "aws_lambda_event_source_mapping" "last_resort" {
  event_source_arn        = module.last_resort_queue.arn
  function_name           = module.last_resort.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}
