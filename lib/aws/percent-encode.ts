/** As RFC 3986 has it, and Signature Version 4: five characters more than `encodeURIComponent` encodes. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
