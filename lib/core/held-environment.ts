/** What a process's environment was at a moment that counts. */
export interface HeldEnvironment {
  /** Changes with {@link HeldEnvironment.renew} alone, and stays the same object. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes what the environment is now; in Lambda, whose environment nobody renews, the first time only. */
  renew(): void;
}

/**
 * Holds an environment for whoever answers: logic may put another role's keys into it for a program that it starts, and the
 * answer is to be signed with the process's own. It is empty until it is renewed.
 */
export function holdEnvironment(env: NodeJS.ProcessEnv): HeldEnvironment {
  const held: NodeJS.ProcessEnv = {};
  return {
    env: held,
    renew() {
      if (held.AWS_LAMBDA_RUNTIME_API !== undefined) return;
      for (const name of Object.keys(held)) if (!(name in env)) delete held[name];
      Object.assign(held, env);
    },
  };
}
