import { AwsCallError } from '../aws/index.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { Callback } from './callback.ts';
import type { Decision } from './decision.ts';
import type { SecretScope } from './redact.ts';
import { type Reported, report } from './report.ts';
import type { Service } from './service.ts';

/** What is reported, and who withholds its secrets. */
export interface Report<Task> {
  readonly service: Service<Task>;
  readonly callback: Callback;
  readonly decision: Decision;
  readonly secrets: SecretScope;
}

/**
 * {@link report}, and once more with a newer token where the service refuses the callback's and there is one.
 *
 * @throws AnswerNotGivenError when it did not arrive
 */
export async function reportRenewed<Task>(
  { service, callback, decision, secrets }: Report<Task>,
  environment: AnswerEnvironment,
  until: number,
): Promise<Reported> {
  try {
    return await report(service, callback, decision, environment, until);
  } catch (error) {
    const { cause } = error as Error;
    const renewed = cause instanceof AwsCallError ? await service.renew?.(callback, cause.code) : undefined;
    if (renewed === undefined) throw error;
    secrets.add(...service.secretData.map((member) => renewed.data[member]));
    environment.log.info('the service refused the token of a callback; reporting with a newer one', {
      id: callback.id,
    });
    return report(service, renewed, decision, environment, until);
  }
}
