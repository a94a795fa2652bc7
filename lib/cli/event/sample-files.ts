/** A file that an event names. */
export type SampleFile =
  | { readonly bucket: string; readonly key: string; readonly content: SampleContent }
  /** By its path on a file system that the function has mounted. */
  | { readonly path: string; readonly content: string };

/** Text as it is, bytes as they are, or a zip archive of texts by their paths. */
export type SampleContent = string | Uint8Array | { readonly archive: Readonly<Record<string, string>> };

/** The uploaded file of the samples. */
export const SALES = 'day,customer,amount\n2026-11-19,ada,12.50\n2026-11-20,grace,7.00\n';

/** The input artifact of the samples: a small web site. */
export const SOURCE: SampleContent = {
  archive: {
    'package.json': '{ "name": "web-site", "version": "1.0.0" }\n',
    'README.md': '# A web site\n',
    'src/index.html': '<!doctype html>\n<title>Example Domain</title>\n<h1>Example Domain</h1>\n',
  },
};

/** The provisioning artifact of the samples: one product as Terraform and as JSON would define it. */
export const PRODUCT: SampleContent = {
  archive: {
    'main.tf':
      'variable "bucket_name_prefix" {\n  type        = string\n  description = "The beginning of the bucket\'s name"\n}\n\n' +
      'resource "terraform_data" "bucket" {\n  input = var.bucket_name_prefix\n}\n\n' +
      'output "bucket_name_prefix" {\n  value = terraform_data.bucket.output\n}\n',
    'product.json': `${JSON.stringify({
      parameters: [{ key: 'bucket_name_prefix', description: "The beginning of the bucket's name" }],
      resources: [
        {
          name: 'Bucket',
          typeName: 'AWS::S3::Bucket',
          desiredState: { BucketName: `\${bucket_name_prefix}-site` },
        },
      ],
      outputs: { Prefix: `\${bucket_name_prefix}` },
    })}\n`,
  },
};
