/** Sets variables of an environment. @returns puts back what was there before */
export function changeEnvironment(env: NodeJS.ProcessEnv, variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, env[name]] as const);
  Object.assign(env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  };
}
