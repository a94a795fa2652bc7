import type { Kernel } from '../kernel/kernel.ts';
import type { CreatedResource, ResourceDeclaration } from '../kernel/service.ts';
import { physicalName } from './physical-name.ts';

/** Types whose `Ref` is an ARN, by the part of the ARN before the name. */
const ARN_REFS: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'sns:{place}:{name}',
  'AWS::StepFunctions::StateMachine': 'states:{place}:stateMachine:{name}',
  'AWS::StepFunctions::Activity': 'states:{place}:activity:{name}',
  'AWS::Lambda::LayerVersion': 'lambda:{place}:layer:{name}:1',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'elasticloadbalancing:{place}:loadbalancer/{name}',
};

/** ARNs that do not follow the pattern service:kind/name. */
const ARN_FORMS: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'logs:{place}:log-group:{name}:*',
  'AWS::CloudWatch::Alarm': 'cloudwatch:{place}:alarm:{name}',
  'AWS::S3::Bucket': 's3:::{name}',
  'AWS::SQS::Queue': 'sqs:{place}:{name}',
  'AWS::Lambda::Function': 'lambda:{place}:function:{name}',
  'AWS::SSM::Parameter': 'ssm:{place}:parameter/{name}',
};

/** Services that have no Region in their ARNs. */
const GLOBAL_SERVICES = new Set(['iam', 'cloudfront', 'route53']);

/**
 * What a template sees of a resource that nobody simulates: values of the right look, so that whatever is made from
 * them stays well formed. A name that the template gives is kept; attributes that end in `Arn` are ARNs.
 */
export function placeholder(declaration: ResourceDeclaration, kernel: Kernel): CreatedResource {
  const name = givenName(declaration) ?? physicalName(declaration.stackName, declaration.logicalId);
  const form = ARN_REFS[declaration.type];
  return { ref: form === undefined ? name : arnFrom(form, name, kernel) };
}

/** An attribute of a resource that does not give it itself. @returns Text of the right look, never nothing. */
export function placeholderAttribute(type: string, ref: string, attribute: string, kernel: Kernel): string {
  const name = ref.startsWith('arn:') ? (ref.split(':').slice(5).join(':').split('/').at(-1) ?? ref) : ref;
  if (!/arn$/i.test(attribute)) return /(Id|Name|Ref)$/.test(attribute) ? name : `${name}.${attribute}`;
  if (ref.startsWith('arn:')) return ref;
  const [, service = 'custom', kind = 'resource'] = type.toLowerCase().split('::');
  const form = ARN_FORMS[type] ?? `${service}:${GLOBAL_SERVICES.has(service) ? '{global}' : '{place}'}:${kind}/{name}`;
  return arnFrom(form, name, kernel);
}

function arnFrom(form: string, name: string, kernel: Kernel): string {
  const filled = form
    .replace('{place}', () => `${kernel.region}:${kernel.accountId}`)
    .replace('{global}', () => `:${kernel.accountId}`)
    .replace('/{name}', () => `/${name.replace(/^\//, '')}`)
    .replace('{name}', () => name);
  return `arn:${kernel.partition}:${filled}`;
}

/** Most types take their name as `<Kind>Name` or `Name`. */
function givenName({ type, properties }: ResourceDeclaration): string | undefined {
  const kind = type.split('::').at(-1) ?? '';
  const value = properties[`${kind}Name`] ?? properties.Name;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
