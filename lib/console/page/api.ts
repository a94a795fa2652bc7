const API = '/_ringback/v1/';

/** Asks the API. @throws Error with what it says */
export async function read<Value>(path: string): Promise<Value> {
  const response = await fetch(API + path);
  return answerOf<Value>(response);
}

/** Does something. @throws Error with what the API says */
export async function act<Value extends object>(name: string, body: object, token: string | undefined): Promise<Value> {
  const response = await fetch(`${API}actions/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-ringback-token': token ?? '' },
    body: JSON.stringify(body),
  });
  return answerOf<Value>(response);
}

/** Files as the API takes them. */
export async function filesAsJson(files: Iterable<File>): Promise<readonly { path: string; base64: string }[]> {
  return Promise.all(
    [...files].map(async (file) => ({
      path: pathOf(file),
      base64: base64Of(new Uint8Array(await file.arrayBuffer())),
    })),
  );
}

/** Of a folder that was chosen, the paths within it. */
function pathOf({ name, webkitRelativePath }: File): string {
  return webkitRelativePath === '' ? name : webkitRelativePath.split('/').slice(1).join('/');
}

function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 30_000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 30_000)));
  return btoa(parts.join(''));
}

async function answerOf<Value>(response: Response): Promise<Value> {
  const value = (await response.json().catch(() => ({ error: `no answer that can be read (${response.status})` }))) as {
    readonly error?: string;
  };
  if (!response.ok) throw new Error(value.error ?? `refused (${response.status})`);
  return value as Value;
}
