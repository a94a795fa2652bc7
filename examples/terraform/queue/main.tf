# A queue that holds deliveries: they carry credentials and tokens, so it takes none that does not come by TLS.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.82" }
  }
}

variable "name" { type = string }
variable "dead_letters" {
  description = "The ARN of the queue for what was received too often, and how often that is"
  type        = object({ queue = string, receives = number })
  default     = null
}
variable "sender" {
  description = "A service that may send to it, for one account"
  type        = object({ service = string, account = string })
  default     = null
}

resource "aws_sqs_queue" "this" {
  name                      = var.name
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  # 6 times the 30 s that the function runs which it feeds; a queue without a next one feeds none.
  visibility_timeout_seconds = var.dead_letters == null ? null : 180
  redrive_policy             = var.dead_letters == null ? null : jsonencode({ deadLetterTargetArn = var.dead_letters.queue, maxReceiveCount = var.dead_letters.receives })
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = aws_sqs_queue.this.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } }],
      [for sender in var.sender[*] : {
        Effect    = "Allow"
        Principal = { Service = sender.service }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.this.arn
        Condition = { StringEquals = { "aws:SourceAccount" = sender.account } }
      }],
    )
  })
}

output "arn" { value = aws_sqs_queue.this.arn }
output "name" { value = aws_sqs_queue.this.name }
output "url" { value = aws_sqs_queue.this.url }
