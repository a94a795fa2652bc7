# A custom step of a Transfer Family workflow that waits 15 minutes: 900 s, less the timeout, less 120 s.

module "scan" {
  source        = "./function"
  name          = "${var.name}-scan"
  bundle        = "${var.bundles}/check-upload.zip"
  shared        = local.shared
  services      = ["transfer"]
  max_event_age = 750
  continuation  = true
  variables     = { RINGBACK_STEP_TIMEOUT_SECONDS = "900" }
  statements = [
    { Effect = "Allow", Action = "transfer:SendWorkflowStepState", Resource = local.workflow_arns },
    { Effect = "Allow", Action = ["s3:GetObject", "s3:GetObjectVersion"], Resource = "${aws_s3_bucket.files.arn}/uploads/*" },
    { Effect = "Allow", Action = "s3:ListBucket", Resource = aws_s3_bucket.files.arn },
  ]
}

resource "aws_iam_role" "workflow" {
  name = "${var.name}-workflow"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "transfer.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "workflow" {
  name = "steps"
  role = aws_iam_role.workflow.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = module.scan.arn }]
  })
}

resource "aws_transfer_workflow" "this" {
  steps {
    type = "CUSTOM"
    custom_step_details {
      name                 = "scan"
      target               = module.scan.arn
      timeout_seconds      = 900
      source_file_location = "$${previous.file}"
    }
  }
}
