import { ResourceHookFunction } from '../../infra/index.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** What each hook is asked about, and what a failure of it comes to. */
export const HOOKS = {
  Plain: { typeName: 'AWS::Logs::LogGroup', property: 'LogGroupName', failureMode: 'FAIL' },
  Brief: { typeName: 'AWS::SSM::Parameter', property: 'Name', failureMode: 'WARN' },
  Broken: { typeName: 'AWS::S3::Bucket', property: 'BucketName', failureMode: 'FAIL' },
} as const;

/** Adds a hook for each function. They have neither a ledger nor a last resort: whoever asks them asks again by itself. */
export function declareHooks({ stack, environment, entry }: StackParts): void {
  for (const [name, { typeName, failureMode }] of Object.entries(HOOKS)) {
    new ResourceHookFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'hook-logic.ts'),
      environment,
      hookName: `Ringback::Crash::${name}`,
      targetOperations: ['CLOUD_CONTROL'],
      targetNames: [typeName],
      failureMode,
      ...stageFunctions[name as keyof typeof HOOKS],
    });
  }
}
