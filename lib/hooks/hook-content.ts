import { ConfigurationError } from '../core/errors.ts';
import { fetchPayload, type PayloadLimits } from './fetch-payload.ts';
import type { HookAction, HookInvocation, ResourceProperties } from './hook-event.ts';
import { isObject, textMember } from './members.ts';
import { readTemplate } from './template.ts';

/** One resource that a change set is going to change. */
export interface ResourceChange {
  readonly logicalId: string;
  readonly type: string;
  readonly action: HookAction;
  /** Where it stands in the template; undefined where that is not known. */
  readonly lineNumber: number | undefined;
  /** What it is now, as far as CloudFormation tells; numbers and booleans may be texts. */
  readonly before: ResourceProperties | undefined;
  /** What it becomes. */
  readonly after: ResourceProperties | undefined;
}

/** What a hook compares. */
export interface HookContent {
  readonly before: ResourceProperties | undefined;
  readonly after: ResourceProperties | undefined;
  readonly changes: readonly ResourceChange[];
}

/**
 * What an invocation is about: the properties that came with it, or the templates behind its payload's address.
 *
 * @throws UnavailableError when the payload cannot be had
 * @throws ConfigurationError when the event names none, or it holds something else
 */
export async function contentOf(invocation: HookInvocation, limits: PayloadLimits): Promise<HookContent> {
  const { operation, action, payloadUrl, before, after } = invocation;
  if (operation === 'RESOURCE' || operation === 'CLOUD_CONTROL') return { before, after, changes: [] };
  // Of a stack that is deleted there may be nothing to tell.
  if (payloadUrl === undefined && action === 'DELETE') return { before, after, changes: [] };
  if (payloadUrl === undefined) {
    throw new ConfigurationError(
      `the event of a hook on ${operation} must say where its payload is, in requestData.payload`,
    );
  }
  const { template, previousTemplate, changedResources } = await fetchPayload(payloadUrl, limits);
  return {
    before: await readTemplate(previousTemplate, 'the previous template'),
    after: await readTemplate(template, 'the template'),
    changes: Array.isArray(changedResources) ? changedResources.map(readChange) : [],
  };
}

function readChange(change: unknown, index: number): ResourceChange {
  const { lineNumber, beforeContext, afterContext } = isObject(change) ? change : {};
  const what = (name: string) => `${name} of changed resource ${index + 1}`;
  return {
    logicalId: textMember(change, 'logicalResourceId') ?? '',
    type: textMember(change, 'resourceType') ?? '',
    action: textMember(change, 'action') ?? '',
    lineNumber: typeof lineNumber === 'number' ? lineNumber : undefined,
    before: readContext(beforeContext, what('beforeContext')),
    after: readContext(afterContext, what('afterContext')),
  };
}

/** A context is JSON in a text. */
function readContext(context: unknown, what: string): ResourceProperties | undefined {
  if (context === undefined || context === null || context === '') return undefined;
  let value = context;
  if (typeof context === 'string') {
    try {
      value = JSON.parse(context);
    } catch {
      throw new ConfigurationError(`${what} is not JSON`);
    }
  }
  if (value === null) return undefined;
  if (!isObject(value)) throw new ConfigurationError(`${what} must be an object`);
  return value as ResourceProperties;
}
