import { ApiError, notThere } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import { type ActionBody, filesOf, textOf } from './action-input.ts';
import { developer } from './developer.ts';

/** Puts a file where a user of a server would: into its home directory, which starts the server's workflow. */
export async function uploadFile(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const [serverId, userName] = [textOf(body, 'serverId'), textOf(body, 'userName')];
  const user = cloud.transfer
    .overview()
    .users.find((found) => found.serverId === serverId && found.userName === userName);
  if (user === undefined) throw notThere('user', `${userName} of server ${serverId}`);
  const [home] = user.homes;
  if (home === undefined) throw new ApiError(409, `${userName} has no home directory in a bucket`);
  const files = filesOf(body, 'files');
  if (files.length === 0) throw new ApiError(400, 'choose a file to upload');
  const keys = files.map(({ path, bytes }) => {
    const key = [home.prefix, path].filter((part) => part !== '').join('/');
    cloud.objects.put(developer(cloud), home.bucket, key, bytes);
    return key;
  });
  return { message: `${userName} uploaded ${keys.join(', ')}` };
}
