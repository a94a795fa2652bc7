import type { LocalCloud } from '../../local/cloud.ts';
import type { Principal } from '../../local/kernel/kernel.ts';

/** As whom the console acts: the developer, who is the account's root, as for every key that was not handed out. */
export function developer({ identity }: Pick<LocalCloud, 'identity'>): Principal {
  return identity.principalOf('developer');
}
