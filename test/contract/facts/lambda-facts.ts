import type { RecordedService } from '../recorded-cloud.ts';
import {
  arnOf,
  FUNCTIONS,
  failed,
  invoke,
  logOf,
  prepare,
  put,
  queueArn,
  received,
  withoutIds,
} from './lambda-functions.ts';

const event = { 'x-amz-invocation-type': 'Event' };

/** What was recorded of Lambda. */
export const lambdaFacts: RecordedService = {
  title: 'Lambda',
  prepare,
  speed: 1000,
  facts: [
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_type_request_response',
      asked: 'an event whose answer is waited for',
      ask: (cloud) => invoke(cloud, 'echo'),
      answer: { status: 200, body: {}, headers: { 'x-amz-executed-version': '$LATEST' } },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_type_event',
      asked: 'an event that is taken',
      ask: (cloud) => invoke(cloud, 'echo', event),
      answer: { status: 202, body: '' },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_type_dry_run',
      asked: 'whether an event would be taken',
      ask: (cloud) => invoke(cloud, 'echo', { 'x-amz-invocation-type': 'DryRun' }),
      answer: { status: 204, body: '' },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_type_no_return_payload (nodejs-RequestResponse)',
      asked: 'a function that returns nothing',
      ask: (cloud) => invoke(cloud, 'silent'),
      answer: { status: 200, body: 'null' },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invoke_exceptions',
      asked: 'a function that does not exist',
      ask: (cloud) => invoke(cloud, 'doesnotexist'),
      answer: {
        status: 404,
        code: 'ResourceNotFoundException',
        body: { Message: `Function not found: ${arnOf('doesnotexist')}:$LATEST`, Type: 'User' },
      },
    },
    {
      source: 'test_lambda.py::TestLambdaAliases::test_lambda_alias_moving',
      asked: 'an alias that does not exist',
      ask: (cloud) => invoke(cloud, 'echo', {}, '?Qualifier=non-existent-alias'),
      answer: {
        status: 404,
        code: 'ResourceNotFoundException',
        body: { Message: `Function not found: ${arnOf('echo')}:non-existent-alias`, Type: 'User' },
      },
    },
    {
      source: 'test_lambda.py::TestLambdaBehavior::test_lambda_cache_local (nodejs)',
      asked: 'what a function keeps from one invocation to the next',
      async ask(cloud) {
        await invoke(cloud, 'counting');
        return invoke(cloud, 'counting');
      },
      answer: { status: 200, body: { counter: 1 } },
    },
    {
      source: 'test_lambda_common.py::TestLambdaRuntimesCommon::test_uncaught_exception_invoke (nodejs24.x)',
      asked: 'a function that throws',
      ask: (cloud) => invoke(cloud, 'failingWithin'),
      answer: failed('Error', 'Error: some_error_msg'),
    },
    {
      source: 'test_lambda.py::TestLambdaBehavior::test_lambda_invoke_with_timeout',
      asked: 'a function that takes too long',
      ask: async (cloud) => withoutIds(await invoke(cloud, 'late')),
      answer: failed('Sandbox.Timedout', 'RequestId: ID Error: Task timed out after 1.00 seconds'),
    },
    {
      source: 'test_lambda.py::TestLambdaErrors::test_lambda_handler_exit',
      asked: 'a function that exits',
      ask: async (cloud) => withoutIds(await invoke(cloud, 'exiting')),
      answer: failed('Runtime.ExitError', 'RequestId: ID Error: Runtime exited without providing a reason'),
    },
    {
      source: 'test_lambda.py::TestLambdaBaseFeatures::test_lambda_too_large_response',
      asked: 'an answer of 7 MB',
      ask: (cloud) => invoke(cloud, 'large'),
      answer: failed(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      ),
    },
    {
      source: 'test_lambda.py::TestLambdaErrors::test_lambda_invoke_payload_encoding_error',
      asked: 'an event that is not JSON',
      ask: (cloud) => invoke(cloud, 'echo', { body: '\u0099' }),
      answer: { status: 400, code: 'InvalidRequestContentException', body: { Type: 'User' } },
    },
    {
      source: 'test_lambda.py::TestLambdaErrors::test_lambda_invoke_payload_encoding_error',
      asked: "why an event is not JSON, in the words of AWS's parser",
      async ask(cloud) {
        const answered = await invoke(cloud, 'echo', { body: '\u0099' });
        return { ...answered, message: String(answered.message).split(':', 2).join(':') };
      },
      answer: { message: 'Could not parse request body into json: Could not parse payload into json' },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_lambda_with_context',
      asked: 'what a function sees of its client, and of itself',
      ask: (cloud) => {
        const client = { custom: { foo: 'bar' }, client: { snap: ['crackle', 'pop'] }, env: { fizz: 'buzz' } };
        const header = Buffer.from(JSON.stringify(client)).toString('base64');
        return invoke(cloud, 'context', { 'x-amz-client-context': header });
      },
      answer: {
        status: 200,
        body: {
          callbackWaitsForEmptyEventLoop: true,
          functionName: 'context',
          functionVersion: '$LATEST',
          memoryLimitInMB: '128',
          logGroupName: '/aws/lambda/context',
          invokedFunctionArn: arnOf('context'),
          clientContext: { custom: { foo: 'bar' }, client: { snap: ['crackle', 'pop'] }, env: { fizz: 'buzz' } },
        },
      },
      notHeld: 'Node 24 functions get no callbackWaitsForEmptyEventLoop; it was recorded on nodejs16.x',
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_lambda_with_context',
      asked: 'what a function sees of its client',
      ask: (cloud) => {
        const header = Buffer.from(JSON.stringify({ custom: { foo: 'bar' } })).toString('base64');
        return invoke(cloud, 'context', { 'x-amz-client-context': header });
      },
      answer: { status: 200, body: { functionName: 'context', clientContext: { custom: { foo: 'bar' } } } },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_with_logs (nodejs16.x)',
      asked: 'the lines that Lambda puts around the end of the log',
      ask: async (cloud) => {
        const { status, body } = await logOf(cloud, 'printing');
        return { status, body: (body as string[]).filter((line) => !line.endsWith('{}')) };
      },
      answer: {
        status: 200,
        body: [
          'START RequestId: ID Version: $LATEST',
          'END RequestId: ID',
          'REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: N MB\tInit Duration: N ms\t',
          '',
        ],
      },
    },
    {
      source: 'test_lambda.py::TestLambdaFeatures::test_invocation_with_logs (nodejs16.x)',
      asked: 'a line of the console in the log',
      ask: async (cloud) => {
        const { body } = await logOf(cloud, 'printing');
        return { status: 200, body: (body as string[]).filter((line) => line.endsWith('{}')) };
      },
      answer: { body: ['DATE\tID\tINFO\t{}'] },
      notHeld: 'what the console prints stands there without time, request id and level',
    },
    {
      source: 'test_lambda_common.py::TestLambdaRuntimesCommon::test_introspection_invoke (nodejs24.x)',
      asked: 'the variables of an environment that tell what the function is',
      ask: (cloud) => invoke(cloud, 'environment'),
      answer: {
        body: {
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
          AWS_LAMBDA_FUNCTION_NAME: 'environment',
          AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
          AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
          AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/environment',
          AWS_REGION: 'us-east-1',
          AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
          LANG: 'en_US.UTF-8',
          TZ: ':UTC',
          _HANDLER: 'index.handler',
        },
      },
    },
    {
      source: 'test_lambda_common.py::TestLambdaRuntimesCommon::test_introspection_invoke (nodejs24.x)',
      asked: 'where the runtime of an environment lies',
      ask: (cloud) => invoke(cloud, 'environment'),
      answer: { body: { LAMBDA_TASK_ROOT: '/var/task', LAMBDA_RUNTIME_DIR: '/var/runtime', PWD: '/var/task' } },
      notHeld: 'a function runs in a folder of this machine',
    },
    {
      source: 'test_lambda.py::TestLambdaConcurrency::test_reserved_concurrency',
      asked: 'a function whose reserved concurrency is zero',
      ask: (cloud) => invoke(cloud, 'blocked'),
      answer: {
        status: 429,
        code: 'TooManyRequestsException',
        message: 'Rate Exceeded.',
        body: { Type: 'User', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      },
    },
    {
      source: 'test_lambda.py::TestLambdaConcurrency::test_lambda_concurrency_crud',
      asked: 'the reserved concurrency of a function that has none',
      ask: (cloud) => cloud.rest('lambda', 'GET', '/2019-09-30/functions/echo/concurrency'),
      answer: { status: 200, body: {} },
    },
    {
      source: 'test_lambda.py::TestLambdaConcurrency::test_lambda_concurrency_crud',
      asked: 'the reserved concurrency of a function that has zero',
      ask: (cloud) => cloud.rest('lambda', 'GET', '/2019-09-30/functions/blocked/concurrency'),
      answer: { status: 200, body: { ReservedConcurrentExecutions: 0 } },
    },
    {
      source: 'test_lambda.py::TestLambdaConcurrency::test_lambda_concurrency_update',
      asked: 'another reserved concurrency',
      ask: (cloud) => put(cloud, '/2017-10-31/functions/silent/concurrency', { ReservedConcurrentExecutions: 3 }),
      answer: { status: 200, body: { ReservedConcurrentExecutions: 3 } },
    },
    {
      source: 'test_lambda.py::TestLambdaVersions::test_lambda_handler_update',
      asked: 'another handler',
      ask: (cloud) => put(cloud, `${FUNCTIONS}/context/configuration`, { Handler: 'index.handler_two' }),
      answer: {
        status: 200,
        body: {
          Handler: 'index.handler_two',
          State: 'Active',
          LastUpdateStatus: 'InProgress',
          LastUpdateStatusReason: 'The function is being created.',
          LastUpdateStatusReasonCode: 'Creating',
          EphemeralStorage: { Size: 512 },
          SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
          TracingConfig: { Mode: 'PassThrough' },
        },
      },
    },
    {
      source: 'test_lambda_integration_sqs.py::TestSQSEventSourceMapping::test_event_source_mapping_default_batch_size',
      asked: 'a batch of more than ten without a window',
      ask: (cloud) => {
        const body = JSON.stringify({ FunctionName: 'echo', EventSourceArn: queueArn('successes'), BatchSize: 11 });
        return cloud.rest('lambda', 'POST', '/2015-03-31/event-source-mappings', { body });
      },
      answer: {
        status: 400,
        code: 'InvalidParameterValueException',
        message: 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      },
    },
    {
      source: 'test_lambda_destinations.py::TestLambdaDestinationSqs::test_assess_lambda_destination_invocation',
      asked: 'the record of a success',
      async ask(cloud) {
        await invoke(cloud, 'reporting', event);
        return received(cloud, 'successes');
      },
      answer: {
        body: {
          Body: {
            version: '1.0',
            requestContext: {
              requestId: 'ID',
              functionArn: `${arnOf('reporting')}:$LATEST`,
              condition: 'Success',
              approximateInvokeCount: 1,
            },
            requestPayload: {},
            responseContext: { statusCode: 200, executedVersion: '$LATEST' },
            responsePayload: { told: true },
          },
        },
      },
    },
    {
      source: 'test_lambda_destinations.py::TestLambdaDestinationSqs::test_retries',
      asked: 'the record of a failure after two more attempts',
      async ask(cloud) {
        await invoke(cloud, 'telling', { ...event, body: '{"message":"m"}' });
        return received(cloud, 'failures');
      },
      answer: {
        body: {
          Body: {
            version: '1.0',
            requestContext: {
              requestId: 'ID',
              functionArn: `${arnOf('telling')}:$LATEST`,
              condition: 'RetriesExhausted',
              approximateInvokeCount: 3,
            },
            requestPayload: { message: 'm' },
            responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
            responsePayload: { errorMessage: 'intentional failure' },
          },
        },
      },
    },
    {
      source: 'test_lambda_destinations.py::TestLambdaDLQ::test_dead_letter_queue',
      asked: 'the message of a dead-letter queue',
      async ask(cloud) {
        await invoke(cloud, 'dead', { ...event, body: '{"raise_error":1}' });
        return received(cloud, 'dead-letters');
      },
      answer: {
        body: {
          Body: { raise_error: 1 },
          MessageAttributes: {
            ErrorCode: { DataType: 'Number', StringValue: '200' },
            ErrorMessage: { DataType: 'String', StringValue: 'intentional failure' },
            RequestID: { DataType: 'String', StringValue: 'ID' },
          },
        },
      },
    },
  ],
};
