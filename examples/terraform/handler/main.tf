# A function from one bundle, with a log group and a role of its own: what the construct HandlerFunction makes.

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
variable "runtime" { type = string }
variable "timeout" {
  description = "How long it may run, in seconds"
  type        = number
  default     = 30
}
variable "statements" {
  description = "What it may do beside writing its log"
  type        = any
  default     = []
}
variable "variables" {
  type    = map(string)
  default = null
}
variable "role" {
  description = "The name and the path of its role"
  type        = object({ name = string, path = string })
  default     = null
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
  name = "handler"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.this.arn}:*" }],
      var.statements,
    )
  })
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  filename         = var.bundle
  source_code_hash = filebase64sha256(var.bundle)
  runtime          = var.runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = 512
  timeout          = var.timeout
  dynamic "environment" {
    for_each = var.variables[*]
    content { variables = environment.value }
  }
  depends_on = [aws_iam_role_policy.this]
}

output "arn" { value = aws_lambda_function.this.arn }
output "name" { value = aws_lambda_function.this.function_name }
