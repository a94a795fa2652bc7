import { Duration, type Stack } from 'aws-cdk-lib';
import { Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

/** A function of the user's own. */
export function ownFunction(stack: Stack, props: Partial<FunctionProps> = {}, id = 'Own') {
  return new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
    timeout: Duration.seconds(30),
    ...props,
  });
}

/** A type of which one property is secret. */
export const checks = {
  actionType: { category: 'Test', provider: 'Checks', properties: [{ name: 'Key', secret: true }] },
} as const;
