# Jobs of CodePipeline: of a Lambda action, of one that follows Cloud Control, and of a custom action.

locals {
  answer_jobs = { Effect = "Allow", Action = concat(["codepipeline:GetJobDetails"], local.job_results), Resource = "*" }
}

# CodePipeline waits 20 minutes for a Lambda action: 1,200 s, less the timeout, less 120 s.
module "gate" {
  source        = "./function"
  name          = "${var.name}-gate"
  bundle        = "${var.bundles}/deployment-gate.zip"
  shared        = local.shared
  services      = ["codepipeline"]
  max_event_age = 1050
  statements    = [local.answer_jobs]
}

module "apply" {
  source        = "./function"
  name          = "${var.name}-apply"
  bundle        = "${var.bundles}/apply-log-group.zip"
  shared        = local.shared
  services      = ["codepipeline"]
  max_event_age = 1050
  statements = [
    local.answer_jobs,
    {
      Effect = "Allow"
      Action = [
        "cloudformation:CancelResourceRequest",
        "cloudformation:CreateResource",
        "cloudformation:DeleteResource",
        "cloudformation:GetResource",
        "cloudformation:GetResourceRequestStatus",
        "cloudformation:ListResourceRequests",
        "cloudformation:ListResources",
        "cloudformation:UpdateResource",
      ]
      Resource = "arn:${local.partition}:cloudformation:${local.region}:${local.account}:resource/*"
    },
    { Effect = "Allow", Action = "cloudformation:DescribeType", Resource = "arn:${local.partition}:cloudformation:${local.region}::type/resource/*" },
    { Effect = "Allow", Action = ["cloudformation:GetHookResult", "cloudformation:ListHookResults"], Resource = "*" },
    # What the resource itself asks of whoever makes it.
    { Effect = "Allow", Action = "logs:DescribeLogGroups", Resource = "*" },
    {
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:DescribeIndexPolicies", "logs:GetDataProtectionPolicy", "logs:ListTagsForResource", "logs:PutRetentionPolicy"]
      Resource = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/ringback/*"
    },
  ]
}

# The job worker of a custom action, woken by each action that starts and by the clock. CodePipeline waits for a day.
resource "aws_codepipeline_custom_action_type" "smoke_test" {
  category      = "Test"
  provider_name = "SmokeTest"
  version       = "1"
  input_artifact_details {
    minimum_count = 0
    maximum_count = 1
  }
  output_artifact_details {
    minimum_count = 0
    maximum_count = 0
  }
  configuration_property {
    name      = "site"
    required  = true
    key       = true
    secret    = false
    queryable = false
  }
  configuration_property {
    name      = "paths"
    required  = true
    key       = false
    secret    = false
    queryable = false
  }
}

module "worker" {
  source         = "./function"
  name           = "${var.name}-worker"
  bundle         = "${var.bundles}/smoke-test-worker.zip"
  shared         = local.shared
  services       = ["codepipeline"]
  max_event_age  = 3600
  recursive_loop = true
  statements = [
    { Effect = "Allow", Action = "codepipeline:PollForJobs", Resource = aws_codepipeline_custom_action_type.smoke_test.arn },
    { Effect = "Allow", Action = concat(["codepipeline:AcknowledgeJob", "codepipeline:GetJobDetails"], local.job_results), Resource = "*" },
    # It hands each job to an invocation of its own.
    { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}-worker" },
  ]
}

resource "aws_cloudwatch_event_rule" "started" {
  name = "${var.name}-started"
  event_pattern = jsonencode({
    source        = ["aws.codepipeline"]
    "detail-type" = ["CodePipeline Action Execution State Change"]
    detail = {
      state = ["STARTED"]
      # AWS's samples have the version as text and as a number.
      type = { owner = ["Custom"], category = ["Test"], provider = ["SmokeTest"], version = ["1", 1] }
    }
  })
}

resource "aws_cloudwatch_event_rule" "clock" {
  name                = "${var.name}-clock"
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "worker" {
  for_each = { started = aws_cloudwatch_event_rule.started.name, clock = aws_cloudwatch_event_rule.clock.name }
  rule     = each.value
  arn      = module.worker.arn
  # A call that came too late is worth nothing: the next one does the same.
  retry_policy {
    maximum_event_age_in_seconds = 300
    maximum_retry_attempts       = 2
  }
}

resource "aws_lambda_permission" "worker" {
  for_each      = { started = aws_cloudwatch_event_rule.started.arn, clock = aws_cloudwatch_event_rule.clock.arn }
  action        = "lambda:InvokeFunction"
  function_name = module.worker.name
  principal     = "events.amazonaws.com"
  source_arn    = each.value
}

resource "aws_s3_bucket" "files" {
  bucket_prefix = "${var.name}-files-"
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_iam_role" "pipeline" {
  name = "${var.name}-pipeline"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codepipeline.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  name = "actions"
  role = aws_iam_role.pipeline.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = [module.gate.arn, module.apply.arn] },
      # CodePipeline asks for it on every Lambda action, and it has no resource level.
      { Effect = "Allow", Action = "lambda:ListFunctions", Resource = "*" },
      { Effect = "Allow", Action = ["s3:GetBucketVersioning", "s3:ListBucket"], Resource = aws_s3_bucket.files.arn },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObject"]
        Resource = "${aws_s3_bucket.files.arn}/*"
      },
    ]
  })
}

resource "aws_codepipeline" "this" {
  name          = var.name
  pipeline_type = "V2"
  role_arn      = aws_iam_role.pipeline.arn
  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.files.bucket
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      output_artifacts = ["Source"]
      configuration    = { S3Bucket = aws_s3_bucket.files.bucket, S3ObjectKey = "source.zip", PollForSourceChanges = "false" }
    }
  }
  stage {
    name = "Checks"
    action {
      name          = "Gate"
      category      = "Invoke"
      owner         = "AWS"
      provider      = "Lambda"
      version       = "1"
      configuration = { FunctionName = module.gate.name, UserParameters = jsonencode({ url = var.url }) }
    }
    action {
      name          = "Apply"
      category      = "Invoke"
      owner         = "AWS"
      provider      = "Lambda"
      version       = "1"
      configuration = { FunctionName = module.apply.name, UserParameters = jsonencode({ name = "/ringback/example" }) }
    }
    action {
      name          = "SmokeTest"
      category      = aws_codepipeline_custom_action_type.smoke_test.category
      owner         = "Custom"
      provider      = aws_codepipeline_custom_action_type.smoke_test.provider_name
      version       = aws_codepipeline_custom_action_type.smoke_test.version
      configuration = { site = var.url, paths = "/" }
    }
  }
}
