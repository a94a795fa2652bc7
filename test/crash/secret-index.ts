/** Secrets, and which of them a text holds. */
export interface SecretIndex {
  add(secret: string): void;
  within(text: string): readonly string[];
}

/** What secrets are looked up by, in characters: their ends, since some begin alike. */
const END_LENGTH = 8;

/** Creates an index without secrets. A text is read once, however many secrets there are. */
export function createSecretIndex(): SecretIndex {
  const byEnd = new Map<string, Set<string>>();
  return {
    add(secret) {
      // Shorter ones would be found in innocent text.
      if (secret.length < END_LENGTH) return;
      const end = secret.slice(-END_LENGTH);
      byEnd.set(end, (byEnd.get(end) ?? new Set()).add(secret));
    },
    within(text) {
      const found = new Set<string>();
      for (let end = END_LENGTH; end <= text.length; end++) {
        for (const secret of byEnd.get(text.slice(end - END_LENGTH, end)) ?? []) {
          if (text.endsWith(secret, end)) found.add(secret);
        }
      }
      return [...found];
    },
  };
}
