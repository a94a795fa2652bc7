import { ApiError } from '../api/api-error.ts';

/** The longest value that an error repeats, in characters. */
const LONGEST_SHOWN = 60;

/** The body of an action: the members that it was given. */
export type ActionBody = Readonly<Record<string, unknown>>;

/** A text that an action needs. @throws ApiError */
export function textOf(body: ActionBody, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ApiError(400, `"${name}" must be a text that is not empty, but is ${shown(value)}`);
}

/** A text that an action may be given. @throws ApiError */
export function optionalText(body: ActionBody, name: string): string | undefined {
  return body[name] === undefined || body[name] === '' ? undefined : textOf(body, name);
}

/** One of several words. @throws ApiError */
export function wordOf<Word extends string>(body: ActionBody, name: string, words: readonly Word[]): Word {
  const value = textOf(body, name);
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new ApiError(400, `"${name}" must be ${words.join(' or ')}, but is ${shown(value)}`);
}

/** A number of a range. @throws ApiError */
export function numberOf(body: ActionBody, name: string, [least, most]: readonly [number, number]): number {
  const value = body[name];
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ApiError(400, `"${name}" must be a number from ${least} to ${most}, but is ${shown(value)}`);
}

/** Texts by name. @throws ApiError */
export function textsOf(body: ActionBody, name: string): Readonly<Record<string, string>> {
  const value = body[name] ?? {};
  const isTexts =
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string');
  if (isTexts) return value as Readonly<Record<string, string>>;
  throw new ApiError(400, `"${name}" must hold texts by name`);
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** One file that somebody chose. */
export interface GivenFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Files as `[{ path, base64 }]`. @throws ApiError */
export function filesOf(body: ActionBody, name: string): readonly GivenFile[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw new ApiError(400, `"${name}" must be a list of files`);
  return value.map((file: unknown) => {
    if (typeof file !== 'object' || file === null || Array.isArray(file)) {
      throw new ApiError(400, `"${name}" must hold files as { path, base64 }, but holds ${shown(file)}`);
    }
    const { base64 } = file as ActionBody;
    if (typeof base64 !== 'string' || !BASE64.test(base64)) {
      throw new ApiError(400, `"${name}" must hold the bytes of each file as base64, but one is ${shown(base64)}`);
    }
    return { path: safePath(textOf(file as ActionBody, 'path')), bytes: Buffer.from(base64, 'base64') };
  });
}

/** A value that somebody gave, for an error: the whole of it only where it is short. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length <= LONGEST_SHOWN ? text : `a text of ${text.length} characters`;
}

/** A path within an archive or a bucket. @throws ApiError for one that would lead out of it */
function safePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) throw new ApiError(400, `"${path}" is not a path of a file`);
  return parts.join('/');
}
