import { digestOf } from './code-digest.ts';
import type { FunctionRecord } from './function-definition.ts';
import { LATEST, type LocalFunction } from './local-function.ts';

/** What the local cloud does not act on, kept as it was given. */
const KEPT = ['FileSystemConfigs', 'KMSKeyArn', 'VpcConfig'] as const;

/** A function in the shape of the Lambda API's `FunctionConfiguration`; `states` are the members that tell its state. */
export function functionConfiguration(fn: LocalFunction, version: string, arn: string, states: object): object {
  const definition = fn.definitionOf(version);
  const { properties } = definition;
  const kept = KEPT.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]]));
  return {
    FunctionName: definition.functionName,
    FunctionArn: arn,
    Runtime: definition.runtime,
    Role: definition.role,
    Handler: definition.handler,
    ...digestOf(definition.code),
    Description: definition.description,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memorySizeMb,
    LastModified: new Date(definition.modifiedAt).toISOString().replace('Z', '+0000'),
    RevisionId: definition.revisionId,
    Version: version,
    PackageType: 'Zip',
    Architectures: [definition.architecture],
    ...(properties.Environment === undefined ? {} : { Environment: { Variables: definition.variables } }),
    ...(definition.deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: definition.deadLetterArn } }),
    ...layers(properties.Layers),
    ...Object.fromEntries(kept),
    EphemeralStorage: properties.EphemeralStorage ?? { Size: 512 },
    TracingConfig: properties.TracingConfig ?? { Mode: 'PassThrough' },
    SnapStart: { ApplyOn: 'None', ...record(properties.SnapStart), OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', ...record(properties.LoggingConfig), LogGroup: definition.logGroup },
    ...runtimeVersion(definition),
    ...(version === LATEST ? states : { State: 'Active', LastUpdateStatus: 'Successful' }),
  };
}

function runtimeVersion({ arn, runtime }: FunctionRecord): object {
  const [, partition, , region] = arn.split(':');
  const id = Buffer.from(runtime).toString('hex').padEnd(64, '0').slice(0, 64);
  return { RuntimeVersionConfig: { RuntimeVersionArn: `arn:${partition}:lambda:${region}::runtime:${id}` } };
}

function layers(given: unknown): object {
  if (!Array.isArray(given) || given.length === 0) return {};
  return { Layers: given.map((Arn) => ({ Arn, CodeSize: 0 })) };
}

const record = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
