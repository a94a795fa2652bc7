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
variable "continuation" {
  description = "Gives it a queue by which its deliveries come back: its service hands nothing back itself"
  type        = bool
  default     = false
}
variable "recursive_loop" {
  description = "Lets it be invoked by what it sent itself, as a continuation queue does, too: it hands jobs to itself"
  type        = bool
  default     = false
}
variable "queues" {
  description = "ARNs of the queues that hand deliveries to it, by name"
  type        = map(string)
  default     = {}
}

module "continuation" {
  count        = var.continuation ? 1 : 0
  source       = "../queue"
  name         = "${var.name}-continuation"
  dead_letters = { queue = var.shared.last_resort_queue, receives = 5 }
}

locals {
  queues = merge(var.queues, { for queue in module.continuation : "continuation" => queue.arn })
  queue_statements = length(local.queues) == 0 ? [] : [{
    Effect   = "Allow"
    Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    Resource = values(local.queues)
  }]
}

module "handler" {
  source  = "../handler"
  name    = var.name
  bundle  = var.bundle
  runtime = var.shared.runtime
  role    = var.role
  variables = merge(var.variables, { for queue in module.continuation : "RINGBACK_CONTINUATION_QUEUE_URL" => queue.url }, {
    RINGBACK_LEDGER_TABLE = var.shared.ledger_name
    RINGBACK_LAST_RESORT  = "true"
    RINGBACK_ON_CRASH     = "fail"
  })
  statements = concat([
    { Effect = "Allow", Action = "sqs:SendMessage", Resource = concat([var.shared.last_resort_queue], module.continuation[*].arn) },
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
}

resource "aws_lambda_function_recursion_config" "this" {
  count          = var.continuation || var.recursive_loop ? 1 : 0
  function_name  = module.handler.name
  recursive_loop = "Allow"
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = module.handler.name
  maximum_event_age_in_seconds = var.max_event_age
  maximum_retry_attempts       = 2
  destination_config {
    on_failure { destination = var.shared.last_resort_queue }
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                = local.queues
  event_source_arn        = each.value
  function_name           = module.handler.arn
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]
}

output "arn" { value = module.handler.arn }
output "name" { value = module.handler.name }
output "continuation" {
  description = "Its continuation queue, where it has one"
  value       = one(module.continuation)
}
