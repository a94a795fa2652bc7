import type { ObjectStore } from './object-store.ts';

/** Lets `use` fill a new file of the store, and removes the file when `use` throws. */
export async function withNewFile<Result>(
  store: ObjectStore,
  use: (file: string) => Result | Promise<Result>,
): Promise<Result> {
  const file = store.newFile();
  try {
    return await use(file);
  } catch (error) {
    store.dropFile(file);
    throw error;
  }
}
