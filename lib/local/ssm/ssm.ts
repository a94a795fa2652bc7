import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/ssm.json' with { type: 'json' };
import { physicalName } from '../template/physical-name.ts';
import { createDescriptionOperations } from './description-operations.ts';
import { createParameterOperations } from './parameter-operations.ts';
import { createParameterStore, latestOf } from './parameter-store.ts';
import { type PutInput, putParameter } from './put-parameter.ts';
import type { SsmOptions, SsmParts } from './ssm-parts.ts';

/** Creates the Parameter Store of Systems Manager (JSON 1.1). Nothing is encrypted; who may use a key is asked. */
export function createSsm(kernel: Kernel, { authorizeKey }: SsmOptions): LocalService {
  const store = createParameterStore(kernel);
  const parts: SsmParts = { kernel, store, authorizeKey };
  return {
    name: 'ssm',
    json: {
      targetPrefix: 'AmazonSSM',
      jsonVersion: '1.1',
      model,
      operations: { ...createParameterOperations(parts), ...createDescriptionOperations(parts) },
    },
    resources: {
      'AWS::SSM::Parameter': ({ stackName, logicalId, properties }) => {
        const { Tags = {}, Name = physicalName(stackName, logicalId), Value, ...rest } = properties;
        const tags = Object.entries(Tags).map(([Key, text]) => ({ Key, Value: String(text) }));
        const given: PutInput = { ...rest, Name, Value: String(Value ?? ''), Tags: tags, Overwrite: true };
        const { parameter, version } = putParameter(kernel, store, given, 'cloudformation.amazonaws.com');
        return { ref: parameter.name, attributes: { Type: version.Type, Value: version.Value } };
      },
    },
    dynamicReferences: {
      ssm(reference) {
        const [, name = reference, wanted] = /^(.+?)(?::(\d+))?$/.exec(reference) ?? [];
        const parameter = store.find(name);
        const version =
          wanted === undefined
            ? parameter && latestOf(parameter)
            : parameter?.versions.find(({ Version }) => String(Version) === wanted);
        if (version !== undefined && version.Type !== 'SecureString') return version.Value;
        // The account that the stack is meant for may well have it.
        const message = `no parameter ${name} can be resolved here; the reference to it stays as it is: put one first`;
        kernel.events.emit('notice', { message });
        return `{{resolve:ssm:${reference}}}`;
      },
    },
  };
}
