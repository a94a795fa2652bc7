import type { Credentials, Kernel, Principal } from '../kernel/kernel.ts';
import { createHandlerApi } from './handler-api.ts';
import { HandlerError } from './handler-error.ts';
import type { HandlerFaults, HandlerMoment } from './handler-faults.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from './resource-type.ts';

/** What {@link createHandlers} needs. */
export interface HandlersOptions {
  readonly kernel: Kernel;
  /** Credentials to act on behalf of a caller. */
  readonly forward: (principal: Principal) => Credentials;
  readonly faults: HandlerFaults;
}

/** The handlers of all types, under the permissions of a caller. Each throws HandlerError. */
export interface Handlers {
  /** `made` hears of the identifier as soon as there is a resource, whatever becomes of the handler. */
  create(
    type: ResourceType,
    model: Model,
    credentials: Credentials,
    made: (identifier: string) => void,
  ): Promise<string>;
  read(type: ResourceType, identifier: string, credentials: Credentials): Promise<Model>;
  update(
    type: ResourceType,
    identifier: string,
    desired: Model,
    former: Model,
    credentials: Credentials,
  ): Promise<void>;
  delete(type: ResourceType, identifier: string, credentials: Credentials): Promise<void>;
  list(type: ResourceType, model: Model, credentials: Credentials): Promise<readonly string[]>;
}

/** Creates the handlers. What a type has and the local cloud does not act on is kept beside the resources. */
export function createHandlers({ kernel, faults }: HandlersOptions): Handlers {
  const kept = new Map<string, Model>();
  const keyOf = ({ schema }: ResourceType, identifier: string) => `${schema.typeName} ${identifier}`;

  function keep(type: ResourceType, identifier: string, model: Model): void {
    const { withoutEffect = [], asDeclared = [], typeName } = type.schema;
    const given = withoutEffect.filter((name) => model[name] !== undefined);
    if (given.length > 0) {
      const message = `${given.join(', ')} of ${typeName} ${identifier} is kept, but has no effect here`;
      kernel.events.emit('notice', { message });
    }
    kept.set(keyOf(type, identifier), pick(model, [...withoutEffect, ...asDeclared]));
  }

  async function run<Result>(
    at: Omit<HandlerMoment, 'moment'>,
    credentials: Credentials,
    work: (call: HandlerCall) => Promise<Result>,
  ): Promise<Result> {
    await strike({ ...at, moment: 'before' });
    const release = kernel.clock.hold();
    let result: Result;
    try {
      result = await work(callOf(at.typeName, credentials));
    } catch (error) {
      if (error instanceof HandlerError) throw error;
      throw new HandlerError('InternalFailure', error instanceof Error ? error.message : String(error));
    } finally {
      release();
    }
    await strike({ ...at, moment: 'after' });
    return result;
  }

  async function strike(at: HandlerMoment): Promise<void> {
    const { errorCode, delayMs } = faults.strike(at) ?? {};
    if (delayMs !== undefined) await kernel.clock.sleep(delayMs);
    if (errorCode !== undefined) throw new HandlerError(errorCode, `an injected fault: ${errorCode}`);
  }

  function callOf(typeName: string, credentials: Credentials): HandlerCall {
    const { endpoint, region, clock } = kernel;
    return {
      api: createHandlerApi({ endpoint, region, clock, credentials }),
      place: kernel,
      uuid: () => kernel.uuid(),
      generatedName: () => `${typeName.split('::').at(-1)}-${kernel.uuid().replaceAll('-', '').slice(0, 20)}`,
    };
  }

  return {
    create: (type, model, credentials, made) =>
      run({ typeName: type.schema.typeName, operation: 'CREATE' }, credentials, async (call) => {
        const identifier = await type.create(model, call);
        made(identifier);
        keep(type, identifier, model);
        return identifier;
      }),
    read: (type, identifier, credentials) =>
      run({ typeName: type.schema.typeName, operation: 'READ' }, credentials, async (call) => {
        const found = await type.read(identifier, call);
        return { ...kept.get(keyOf(type, identifier)), ...found };
      }),
    update: (type, identifier, desired, former, credentials) =>
      run({ typeName: type.schema.typeName, operation: 'UPDATE' }, credentials, async (call) => {
        await type.update?.(identifier, desired, former, call);
        keep(type, identifier, desired);
      }),
    delete: (type, identifier, credentials) =>
      run({ typeName: type.schema.typeName, operation: 'DELETE' }, credentials, async (call) => {
        await type.delete(identifier, call);
        kept.delete(keyOf(type, identifier));
      }),
    list: (type, model, credentials) =>
      run({ typeName: type.schema.typeName, operation: 'LIST' }, credentials, (call) => type.list(model, call)),
  };
}

/** The properties of a model that were given. */
function pick(model: Model, names: readonly string[]): Model {
  return Object.fromEntries(names.filter((name) => model[name] !== undefined).map((name) => [name, model[name]]));
}

/** A model without some of its properties. */
export function without(model: Model, names: ResourceSchema['readOnly'] = []): Model {
  return Object.fromEntries(Object.entries(model).filter(([name]) => !names.includes(name)));
}
