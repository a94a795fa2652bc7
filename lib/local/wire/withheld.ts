const SECRET_NAME = /token|secret|password|credential|nonce|signature|accesskey|passphrase|privatekey/i;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const KEY_ID = /^A[KS]IA[0-9A-Z]{16}$/;
const OPAQUE = /^[A-Za-z0-9+/=_.~-]{32,}$/;
/** One character over and over, which is nobody's token. */
const RUN = /^(.)\1*$/;

/** Whether a member's or shape's name says that its value must not be repeated. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a text looks like a token or a key: opaque, long and no UUID. */
export function looksLikeSecret(text: string): boolean {
  return KEY_ID.test(text) || (OPAQUE.test(text) && !UUID.test(text) && !RUN.test(text));
}
