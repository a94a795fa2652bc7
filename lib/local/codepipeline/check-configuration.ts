import { AwsError } from '../kernel/aws-error.ts';
import type { ActionType } from './action-types.ts';

/**
 * The longest configuration value that is let through, in characters.
 *
 * The quotas page says 1,000; messages of the service have said 50,000 since 2022. The larger one refuses nothing that
 * AWS accepts.
 */
export const CONFIGURATION_VALUE_MAXIMUM = 50_000;

/**
 * Checks an action's configuration against its type: every required key, no other key, values that are not empty.
 *
 * @throws AwsError InvalidActionDeclarationException
 */
export function checkActionConfiguration(
  action: string,
  configuration: Readonly<Record<string, string>>,
  type: ActionType,
): void {
  const known = type.actionConfigurationProperties ?? [];
  for (const property of known) {
    if (property.required && configuration[property.name] === undefined) {
      throw invalid(`Action configuration for action '${action}' is missing required configuration '${property.name}'`);
    }
  }
  for (const [key, value] of Object.entries(configuration)) {
    if (!known.some((property) => property.name === key)) {
      throw invalid(`Action configuration for action '${action}' contains unknown configuration '${key}'`);
    }
    const length = [...value].length;
    if (length < 1 || length > CONFIGURATION_VALUE_MAXIMUM) {
      throw invalid(
        `Action configuration value of '${key}' in action '${action}' has ${length} characters: it must have 1 to ${CONFIGURATION_VALUE_MAXIMUM}`,
      );
    }
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidActionDeclarationException', message);
}
