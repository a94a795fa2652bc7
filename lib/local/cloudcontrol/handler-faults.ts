import type { HandlerErrorCode } from './handler-error.ts';

/** A handler at work. */
export interface HandlerMoment {
  readonly typeName: string;
  readonly operation: 'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'LIST';
  /** `after`: the services have acted already. */
  readonly moment: 'before' | 'after';
}

/** What happens to a handler on purpose. */
export interface HandlerFaults {
  strike(at: HandlerMoment): { readonly errorCode?: HandlerErrorCode; readonly delayMs?: number } | undefined;
}
