import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { workflowStepEvent } from '../../../lib/testing/index.ts';
import { fitStep } from '../../../lib/transfer/fit.ts';
import { recogniseStep, stepService } from '../../../lib/transfer/result-api.ts';

const { redact, scope } = createRedactor();
scope().add('a-secret-value');
const failure = (reason: string) => fitStep({ kind: 'failed', reason, category: 'crashed', details: { a: 1 } }, redact);
const success = (details: object) => fitStep({ kind: 'succeeded', details: details as never }, redact);

describe('the failure of a step', () => {
  it.each([
    ['is redacted', 'no a-secret-value', 'no [withheld]'],
    ['is never empty', ' ', 'failed without a reason'],
    ['may have 5,000 characters', 'x'.repeat(5_000), 'x'.repeat(5_000)],
    ['keeps the end of more', `${'x'.repeat(5_000)}y`, `…${'x'.repeat(4_998)}y`],
  ])('%s', (_what, reason, expected) => {
    expect(failure(reason)).toEqual({ kind: 'failed', reason: expected, category: 'crashed', details: {} });
  });
});

describe('the success of a step', () => {
  it.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['a summary', { summary: 'a-secret-value copied' }, { summary: '[withheld] copied' }],
    ['a summary that is a number', { summary: 0 }, { summary: '0' }],
    ['an empty summary', { summary: '' }, {}],
    ['a summary of null', { summary: null }, {}],
    ['a summary of nothing', { summary: undefined }, {}],
    ['a summary of blanks', { summary: ' ' }, { summary: '-' }],
    ['a summary of 2,048 characters', { summary: 'x'.repeat(2_048) }, { summary: 'x'.repeat(2_048) }],
    ['the beginning of a longer one', { summary: `${'x'.repeat(2_048)}y` }, { summary: `${'x'.repeat(2_047)}…` }],
  ])('carries %s', (_what, details, expected) => {
    expect(success(details)).toStrictEqual({ kind: 'succeeded', details: expected });
  });

  it('carries nothing else, and says where that may go', () => {
    expect(() => success({ summary: 'x', rows: 5 })).toThrow(
      'a step takes a summary and no "rows"; write results to a bucket',
    );
  });
});

describe('a step', () => {
  const origin = { region: 'eu-central-1', functionName: 'Scan' };

  it('is known by its execution and sixteen digits of its token’s hash, and answered by its own ids', () => {
    const event = workflowStepEvent();
    const { id, ticket } = recogniseStep(event, origin);
    const { token, serviceMetadata } = event;
    const { workflowId, executionId } = serviceMetadata.executionDetails;
    expect(id).toMatch(new RegExp(`^${executionId}/[0-9a-f]{16}$`));
    expect(ticket).toMatchObject({ region: 'eu-central-1', data: { workflowId, executionId, token } });
    expect(stepService.request(ticket, success({}))).toMatchObject({
      operation: 'SendWorkflowStepState',
      input: { WorkflowId: workflowId, ExecutionId: executionId, Token: token, Status: 'SUCCESS' },
    });
    expect(stepService.request(ticket, failure('no')).input).toMatchObject({ Status: 'FAILURE' });
  });

  it('is not found in another event', () => {
    expect(stepService.recognise({ token: 'x' }, origin)).toBeUndefined();
    const event = workflowStepEvent();
    expect(stepService.recognise(event, origin)).toEqual(recogniseStep(event, origin));
  });

  it.each([
    ['settled', 'InvalidRequestException', true],
    ['settled', 'ResourceNotFoundException', true],
    ['settled', 'ServiceUnavailableException', false],
    ['refused', 'InvalidRequestException', false],
  ] as const)('takes it for %s by %s: %s', (set, code, expected) => {
    expect(stepService[set].has(code)).toBe(expected);
  });
});
