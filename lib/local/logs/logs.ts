import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/logs.json' with { type: 'json' };
import { physicalName } from '../template/physical-name.ts';
import { createLogGroupOperations } from './log-group-operations.ts';
import { createLogGroupStore } from './log-group-store.ts';

/** The longest name of a log group. */
const LONGEST_NAME = 512;

/** Creates CloudWatch Logs (JSON 1.1) as far as log groups go: they can be made, read, tagged and deleted, and hold no events. */
export function createLogs(kernel: Kernel): LocalService {
  const store = createLogGroupStore(kernel);
  return {
    name: 'logs',
    json: {
      targetPrefix: 'Logs_20140328',
      jsonVersion: '1.1',
      model,
      validationErrorCode: 'InvalidParameterException',
      operations: createLogGroupOperations(kernel, store),
    },
    resources: {
      'AWS::Logs::LogGroup': ({ stackName, logicalId, properties }) => {
        const name: string = properties.LogGroupName ?? physicalName(stackName, logicalId, { maxLength: LONGEST_NAME });
        const group = store.find(name) ?? store.create(name);
        const days = properties.RetentionInDays;
        if (days === undefined) delete group.retentionInDays;
        else group.retentionInDays = Number(days);
        if (properties.KmsKeyId !== undefined) group.kmsKeyId = properties.KmsKeyId;
        const tags: readonly { readonly Key: string; readonly Value: string }[] = properties.Tags ?? [];
        group.tags = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
        return { ref: name, attributes: { Arn: `${group.arn}:*` } };
      },
    },
  };
}
