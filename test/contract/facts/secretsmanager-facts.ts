import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const secrets = (cloud: RecordedCloud, operation: string, input: object) =>
  cloud.json(`secretsmanager.${operation}`, input);
const ClientRequestToken = 'a-request-token-of-32-characters';
const refused = (code: string, message: string): Partial<Answered> => ({ status: 400, code, message });
const create = (cloud: RecordedCloud, Name: string, more: object = {}) =>
  secrets(cloud, 'CreateSecret', { Name, SecretString: 's', ClientRequestToken, ...more });

const facts: readonly Fact[] = [
  {
    source: 'test_secretsmanager.py::test_secret_not_found',
    asked: 'a secret that does not exist',
    ask: (cloud) => secrets(cloud, 'GetSecretValue', { SecretId: 's-nobody' }),
    answer: refused('ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
  },
  {
    source: 'test_secretsmanager.py::test_invalid_secret_name',
    asked: 'a name with a space',
    ask: (cloud) => create(cloud, 'Inv Name'),
    answer: refused(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ),
  },
  {
    source: 'test_secretsmanager.py::test_secret_exists_snapshots',
    asked: 'a name that is taken',
    async ask(cloud) {
      await create(cloud, 'taken');
      return create(cloud, 'taken', { ClientRequestToken: `${ClientRequestToken}-2` });
    },
    answer: refused('ResourceExistsException', 'The operation failed because the secret taken already exists.'),
  },
  {
    source: 'test_secretsmanager.py::test_exp_raised_on_creation_of_secret_scheduled_for_deletion',
    asked: 'a name that is marked for deletion',
    async ask(cloud) {
      await create(cloud, 'going');
      await secrets(cloud, 'DeleteSecret', { SecretId: 'going' });
      return create(cloud, 'going');
    },
    answer: refused(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),
  },
  {
    source: 'test_secretsmanager.py::test_get_secret_value_errors (error_get_secret_value_non_existing)',
    asked: 'a label that no version has',
    async ask(cloud) {
      await create(cloud, 'labelled');
      return secrets(cloud, 'GetSecretValue', { SecretId: 'labelled', VersionStage: 'AWSPREVIOUS' });
    },
    answer: refused(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    ),
  },
  {
    source: 'test_secretsmanager.py::test_get_secret_value_errors (mismatch_version_id_and_stage)',
    asked: 'a version by a label of another',
    async ask(cloud) {
      await create(cloud, 'versions');
      const token = `${ClientRequestToken}-2`;
      await secrets(cloud, 'PutSecretValue', { SecretId: 'versions', SecretString: 'two', ClientRequestToken: token });
      const wanted = { VersionId: ClientRequestToken, VersionStage: 'AWSCURRENT' };
      return secrets(cloud, 'GetSecretValue', { SecretId: 'versions', ...wanted });
    },
    answer: refused(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    ),
  },
  {
    source: 'CreateSecret in the API reference (ClientRequestToken)',
    asked: 'the same secret again with its token',
    async ask(cloud) {
      await create(cloud, 'repeated');
      return create(cloud, 'repeated');
    },
    answer: { status: 200, body: { Name: 'repeated', VersionId: ClientRequestToken } },
  },
  {
    source: 'test_secretsmanager.py::test_no_client_request_token[CreateSecret]',
    asked: 'a secret without a token, past the SDKs, which make one',
    ask: (cloud) => secrets(cloud, 'CreateSecret', { Name: 'bare', SecretString: 's' }),
    answer: refused(
      'InvalidRequestException',
      'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    ),
    notHeld: 'a request by hand gets a token of its own',
  },
];

/** What was recorded of Secrets Manager. */
export const secretsManagerFacts: RecordedService = {
  title: 'Secrets Manager',
  facts,
};
