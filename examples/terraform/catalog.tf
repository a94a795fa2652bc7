# A provisioning engine of Service Catalog, found by the names of its queues, its parser and its roles.

module "operations" {
  for_each     = toset(["Provision", "Update", "Terminate"])
  source       = "./queue"
  name         = "ServiceCatalogExternal${each.key}OperationQueue"
  dead_letters = { queue = module.last_resort_queue.arn, receives = 5 }
  sender       = { service = "servicecatalog.amazonaws.com", account = local.account }
}

locals {
  launch_roles = "arn:${local.partition}:iam::${local.account}:role/SCLaunch*"
}

module "engine" {
  source        = "./function"
  name          = "${var.name}-engine"
  bundle        = "${var.bundles}/bucket-engine.zip"
  shared        = local.shared
  services      = ["servicecatalog"]
  max_event_age = 3600
  continuation  = true
  role          = { name = "TerraformExecutionRole-${local.region}", path = "/TerraformEngine/" }
  queues        = { for name, queue in module.operations : name => queue.arn }
  statements = [
    { Effect = "Allow", Action = local.notify_results, Resource = "*" },
    { Effect = "Allow", Action = "sts:AssumeRole", Resource = local.launch_roles },
  ]
}

module "parser" {
  source  = "./handler"
  name    = "ServiceCatalogExternalParameterParser"
  bundle  = "${var.bundles}/bucket-parser.zip"
  runtime = var.runtime
  timeout = 60
  role    = { name = "ServiceCatalogExternalParameterParserRole-${local.region}", path = "/TerraformEngine/" }
  statements = [
    { Effect = "Allow", Action = "sts:AssumeRole", Resource = local.launch_roles },
    # The administrator's view of a product has no launch role; the tag confines this to artifacts.
    {
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:${local.partition}:s3:::sc-*/*"
      Condition = { StringEquals = { "s3:ExistingObjectTag/servicecatalog:provisioning" = "true" } }
    },
  ]
}

resource "aws_lambda_permission" "parser" {
  action         = "lambda:InvokeFunction"
  function_name  = module.parser.name
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
