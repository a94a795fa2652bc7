/** Draws something that logic might throw, and code likes to trip over. */
export function strangeThrowable(random: () => number, secret: string): unknown {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const bad = (): never => {
    throw new Error(`do not read me, ${secret}`);
  };
  const texts = ['', ' ', secret, `with ${secret} within`, 'x\u0000\u001b[31m', '\ud800', 'long '.repeat(240_000)];
  const text = () => texts[upTo(texts.length)];
  const makes: readonly (() => unknown)[] = [
    text,
    () => new Error(text()),
    () => new TypeError(text(), { cause: text() }),
    () => upTo(1e9),
    () => undefined,
    () => null,
    () => Symbol(secret),
    () => 10n ** 400n,
    () => bad,
    () => ({ toString: bad, toJSON: bad, [Symbol.toPrimitive]: bad }),
    () => Object.create(null),
    () => new Date(Number.NaN),
    () => {
      const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
      revoke();
      return proxy;
    },
    () => new Proxy(new Error('trapped'), { get: bad, getPrototypeOf: bad, ownKeys: bad }),
    () => new AggregateError([new Error(secret), bad], `several, ${secret}`),
    () => Object.freeze(new TypeError(`frozen ${secret}`)),
    () => Object.assign(new Error(), { message: { code: secret } }),
    () => Object.assign(new Error('named'), { name: { not: 'a text' } }),
    () => Object.assign(new Error('an imitation'), { code: 'RETRYABLE', retryable: 'yes' }),
  ];
  const made = makes[upTo(makes.length)]?.();
  return random() < 0.5 ? made : spoilt(made, random, secret, bad);
}

const NAMES = ['message', 'name', 'stack', 'cause', 'details', 'code', 'toJSON', 'constructor', '$metadata'];

/** Changes what is to be thrown where that can be changed: a member that throws, a circle of causes, a secret in one. */
function spoilt(made: unknown, random: () => number, secret: string, bad: () => never): unknown {
  const error = isError(made) && random() < 0.7 ? made : new Error('spoilt', { cause: made });
  const name = NAMES[Math.floor(random() * NAMES.length)] ?? 'message';
  const values = [{ get: bad }, { value: error }, { value: { secret } }, { value: bad }, { value: null }, { value: 7 }];
  try {
    Object.defineProperty(error, name, { configurable: true, ...values[Math.floor(random() * values.length)] });
  } catch {
    // Frozen, or a proxy: it is strange enough as it is.
  }
  return error;
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}
