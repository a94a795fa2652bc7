import type { AwsConnection } from '../../aws/index.ts';
import type { Redactor, SecretScope } from './redactor.ts';

/** Withholds the credentials that stand in the environment, as they do in Lambda, for as long as the process lives. */
export function withholdOwn({ scope }: Redactor, env: NodeJS.ProcessEnv): void {
  scope().add(env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN);
}

/** A connection whose credentials are withheld as soon as they are given, wherever they come from. */
export function withholdGiven(connection: AwsConnection, { scope }: Redactor): AwsConnection {
  let known: { readonly secretAccessKey: string; readonly secrets: SecretScope } | undefined;
  return {
    ...connection,
    async credentials(refused) {
      const given = await connection.credentials(refused);
      const { secretAccessKey, sessionToken } = given;
      if (secretAccessKey !== known?.secretAccessKey) {
        known?.secrets.end();
        known = { secretAccessKey, secrets: scope() };
        known.secrets.add(secretAccessKey, sessionToken);
      }
      return given;
    },
  };
}
