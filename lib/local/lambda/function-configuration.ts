import type { FunctionDefinition } from './function-definition.ts';

/** A function in the shape of the Lambda API's `FunctionConfiguration`. */
export function functionConfiguration(definition: FunctionDefinition, version: string, arn: string): object {
  return {
    FunctionName: definition.functionName,
    FunctionArn: arn,
    Runtime: definition.runtime,
    Role: definition.role,
    Handler: definition.handler,
    Description: definition.description,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memorySizeMb,
    Version: version,
    PackageType: 'Zip',
    Architectures: [definition.architecture],
    Environment: { Variables: definition.variables },
    ...(definition.deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: definition.deadLetterArn } }),
    LoggingConfig: { LogFormat: 'Text', LogGroup: definition.logGroup },
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
