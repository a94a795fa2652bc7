import type { Kernel } from '../kernel/kernel.ts';
import type { ResourceDeclaration, ResourceProvider } from '../kernel/service.ts';
import { readEventInvokeConfig } from './event-invoke-config.ts';
import { type FunctionRecord, readFunction, requireRuntimeAndHandler } from './function-definition.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { invalidParameter } from './lambda-error.ts';
import { LATEST, type LocalFunction } from './local-function.ts';
import type { MappingStore } from './mapping-store.ts';
import { readPermission } from './resource-policy.ts';

/** The resource types that Lambda gives to templates. */
export function createResources(options: {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly createFunction: (definition: FunctionRecord) => LocalFunction;
  readonly mappings: Pick<MappingStore, 'declare'>;
}): Readonly<Record<string, ResourceProvider>> {
  const { kernel, registry } = options;
  const target = ({ properties }: ResourceDeclaration) => registry.resolve(String(properties.FunctionName));

  return {
    'AWS::Lambda::Function': (declaration) => {
      if (declaration.properties.PackageType !== 'Image') requireRuntimeAndHandler(declaration.properties);
      const definition = readFunction(declaration, kernel);
      if (definition.code.kind === 'unavailable') kernel.events.emit('notice', { message: definition.code.reason });
      registry.add(options.createFunction(definition));
      return { ref: definition.functionName, attributes: { Arn: definition.arn } };
    },
    'AWS::Lambda::Version': (declaration) => {
      const { fn } = target(declaration);
      const version = fn.publish(declaration.properties.Description);
      const arn = `${fn.definition.arn}:${version}`;
      return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
    },
    'AWS::Lambda::Alias': (declaration) => {
      const { fn } = target(declaration);
      const { Name, FunctionVersion } = declaration.properties;
      const version = String(FunctionVersion ?? LATEST);
      if (version !== LATEST && !fn.versions.has(version)) {
        throw invalidParameter(`alias ${Name} points to version ${version}, which ${fn.definition.functionName} lacks`);
      }
      fn.aliases.set(String(Name), version);
      const arn = `${fn.definition.arn}:${Name}`;
      return { ref: arn, attributes: { AliasArn: arn } };
    },
    'AWS::Lambda::Permission': (declaration) => {
      const { fn, qualifier, arn } = target(declaration);
      const statements = fn.statements.get(qualifier) ?? [];
      const sid = `${declaration.stackName}-${declaration.logicalId}`;
      statements.push(readPermission(declaration.properties, sid, arn, kernel.partition));
      fn.statements.set(qualifier, statements);
      return { ref: sid, attributes: { Id: sid } };
    },
    'AWS::Lambda::EventInvokeConfig': (declaration) => {
      const { fn } = target(declaration);
      const qualifier = String(declaration.properties.Qualifier ?? LATEST);
      fn.eventInvokeConfigs.set(qualifier, readEventInvokeConfig(declaration.properties));
      return { ref: `${fn.definition.functionName}|${qualifier}` };
    },
    'AWS::Lambda::EventSourceMapping': (declaration) => {
      const source = String(declaration.properties.EventSourceArn);
      target(declaration);
      const isQueue = source.split(':')[2] === 'sqs';
      const uuid = isQueue ? options.mappings.declare(declaration.properties).uuid : kernel.uuid();
      if (!isQueue) {
        kernel.events.emit('notice', { message: `event source ${source} is not simulated: only SQS queues are` });
      }
      const arn = `arn:${kernel.partition}:lambda:${kernel.region}:${kernel.accountId}:event-source-mapping:${uuid}`;
      return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
    },
    'AWS::Lambda::LayerVersion': (declaration) => {
      kernel.events.emit('notice', { message: `layer ${declaration.logicalId} is ignored: layers are not simulated` });
      const name = String(declaration.properties.LayerName ?? declaration.logicalId);
      const arn = `arn:${kernel.partition}:lambda:${kernel.region}:${kernel.accountId}:layer:${name}:1`;
      return { ref: arn, attributes: { LayerVersionArn: arn } };
    },
  };
}
