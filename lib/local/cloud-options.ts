import type { Stub } from './codepipeline/stubs/stub.ts';
import type { Fault } from './faults/fault.ts';
import type { LambdaOptions } from './lambda/lambda.ts';
import type { Interceptor } from './wire/interceptor.ts';

/** Options of `createLocalCloud`. */
export interface LocalCloudOptions {
  /** The TCP port on loopback; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** How many simulated seconds pass in one real second while no function runs, 1 to 100,000. @defaultValue 1 */
  readonly speed?: number;
  /** @defaultValue '123456789012' */
  readonly accountId?: string;
  /** @defaultValue 'us-east-1' */
  readonly region?: string;
  /** Fault injection on the wire. @defaultValue none */
  readonly interceptors?: readonly Interceptor[];
  /** Fault injection on asynchronous deliveries. @defaultValue none */
  readonly onInvocation?: LambdaOptions['onInvocation'];
  /** What goes wrong on purpose, as objects or as `ringback local --fault` has them. @defaultValue none */
  readonly faults?: readonly (Fault | string)[];
  /** Decides the chances of faults; the same seed gives the same ones. @defaultValue 1 */
  readonly faultSeed?: number;
  /**
   * What stands for actions of pipelines, as objects or as `ringback local --stub` has them, such as
   * `Build/Compile=succeed`. @defaultValue none: an action that is not simulated fails and says what to write here
   */
  readonly stubs?: readonly (Stub | string)[];
  /**
   * Refuses to deploy resource types and properties that are not simulated and could change the outcome.
   * @defaultValue false: a notice names them
   */
  readonly strict?: boolean;
  /** Execution environments of one function at the same time. @defaultValue 10 */
  readonly maxEnvironments?: number;
}

/** What each option must be, in words and as a test. */
const KINDS: Readonly<Record<keyof LocalCloudOptions, readonly [what: string, test: (value: unknown) => boolean]>> = {
  port: ['a whole number from 0 to 65535', (value) => isWhole(value, 0) && value <= 65_535],
  speed: ['a number from 1 to 100000', (value) => typeof value === 'number'],
  accountId: ['a text of 12 digits', (value) => typeof value === 'string' && /^\d{12}$/.test(value)],
  region: ['the name of a Region', (value) => typeof value === 'string' && /^[a-z]+(-[a-z]+)+-\d+$/.test(value)],
  interceptors: ['a list', Array.isArray],
  onInvocation: ['a function', (value) => typeof value === 'function'],
  faults: ['a list', Array.isArray],
  faultSeed: ['a number', (value) => Number.isFinite(value)],
  stubs: ['a list', Array.isArray],
  strict: ['true or false', (value) => typeof value === 'boolean'],
  maxEnvironments: ['a whole number from 1 on', (value) => isWhole(value, 1)],
};

/** @throws TypeError that names the option, what it is and what it must be; an unknown one would change nothing */
export function checkCloudOptions(options: LocalCloudOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`the options of createLocalCloud are an object, but got ${shown(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof LocalCloudOptions] : undefined;
    if (kind === undefined) {
      const known = Object.keys(KINDS).join(', ');
      throw new TypeError(`createLocalCloud has no option ${JSON.stringify(name)}; it has ${known}`);
    }
    const [what, test] = kind;
    if (value !== undefined && !test(value)) {
      throw new TypeError(`${name} of createLocalCloud must be ${what}, but is ${shown(value)}`);
    }
  }
}

function isWhole(value: unknown, least: number): value is number {
  return Number.isInteger(value) && (value as number) >= least;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value !== null && typeof value === 'object' ? 'an object' : (JSON.stringify(value) ?? String(value));
}
