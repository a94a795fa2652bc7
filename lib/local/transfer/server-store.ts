/** Which workflow runs under which role. */
export interface WorkflowDetail {
  readonly workflowId: string;
  readonly executionRole: string;
}

/** A server, as far as uploads need it: no protocol is spoken. */
export interface Server {
  readonly id: string;
  readonly arn: string;
  readonly domain: 'S3' | 'EFS';
  readonly onUpload?: WorkflowDetail;
  readonly onPartialUpload?: WorkflowDetail;
}

/** A user of a server, and where its uploads go. */
export interface ServerUser {
  readonly serverId: string;
  readonly userName: string;
  readonly roleArn: string;
  readonly homes: readonly HomeDirectory[];
}

/** A place that a user sees as its directory. */
export interface HomeDirectory {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly prefix: string;
}

/** The servers of one local cloud. */
export interface ServerStore {
  addServer(server: Server): void;
  addUser(user: ServerUser): void;
  server(serverId: string): Server | undefined;
  user(serverId: string, userName: string): ServerUser | undefined;
  users(): readonly ServerUser[];
  /** The users into whose directories a key falls, the one with the closest directory first. */
  usersAt(bucket: string, key: string): readonly ServerUser[];
}

/** Creates an empty store. */
export function createServerStore(): ServerStore {
  const servers = new Map<string, Server>();
  const users = new Map<string, ServerUser>();
  const keyOf = (serverId: string, userName: string) => `${serverId}/${userName}`;

  return {
    addServer: (server) => void servers.set(server.id, server),
    addUser: (user) => void users.set(keyOf(user.serverId, user.userName), user),
    server: (serverId) => servers.get(serverId),
    user: (serverId, userName) => users.get(keyOf(serverId, userName)),
    users: () => [...users.values()],
    usersAt: (bucket, key) =>
      [...users.values()]
        .map((user) => ({ user, depth: depthOf(user, bucket, key) }))
        .filter(({ depth }) => depth >= 0)
        .sort((one, other) => other.depth - one.depth)
        .map(({ user }) => user),
  };
}

/** The length of the longest home directory that holds the key; -1 where none does. */
function depthOf({ homes }: ServerUser, bucket: string, key: string): number {
  const holding = homes.filter(
    (home) => home.bucket === bucket && (home.prefix === '' || key.startsWith(`${home.prefix}/`)),
  );
  return Math.max(-1, ...holding.map(({ prefix }) => prefix.length));
}

/** Reads a home directory as AWS writes it, `/bucket/prefix`. */
export function parseHome(path: string): HomeDirectory {
  const [bucket = '', ...rest] = path.split('/').filter((part) => part !== '');
  return { bucket, prefix: rest.join('/') };
}
