/**
 * What some work comes to, which nothing can end: what takes too long is left to itself.
 *
 * @param ms - at most a day, in milliseconds
 * @throws Error that begins with `what` where it takes longer; whatever the work throws
 */
export async function inTime<Value>(work: Promise<Value>, ms: number, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${what} within ${(Math.max(0, ms) / 1000).toFixed(1)} s`);
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
