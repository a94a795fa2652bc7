# What a person needs to try it: where to upload, what to start, and the role that a product's launch constraint names.

output "pipeline_name" {
  value = aws_codepipeline.this.name
}
output "files" {
  description = "The bucket of the pipeline's source, of its artifacts and of uploads"
  value       = aws_s3_bucket.files.bucket
}
output "workflow_id" {
  value = aws_transfer_workflow.this.id
}
output "workflow_role" {
  description = "The ARN of the role that the workflow runs under"
  value       = aws_iam_role.workflow.arn
}
output "launch_role_name" {
  value = aws_iam_role.launch.name
}
