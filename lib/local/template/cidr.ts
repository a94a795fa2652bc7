import { isIPv4, isIPv6 } from 'node:net';

/** How many host bits a subnet of `Fn::Cidr` has when none are given; the default for IPv4 that CloudFormation documents. */
const DEFAULT_HOST_BITS = 8;
/** The most blocks that `Fn::Cidr` gives. */
const MOST_BLOCKS = 256;

/**
 * The first `count` subnets of an address block, as `Fn::Cidr` gives them.
 *
 * @param hostBits The host bits of each subnet; 8 leaves an IPv4 `/24`, 64 an IPv6 `/64`.
 * @returns The subnets, or what is wrong as half a sentence.
 */
export function subnetsOf(block: string, count: number, hostBits = DEFAULT_HOST_BITS): string[] | string {
  const [address = '', prefixText = ''] = block.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const prefix = /^\d+$/.test(prefixText) ? Number(prefixText) : -1;
  if (bits === 0 || prefix < 0 || prefix > bits)
    return 'the block must be an address and a prefix, such as 10.0.0.0/16';
  if (!Number.isInteger(count) || count < 1 || count > MOST_BLOCKS) return `the count must be 1 to ${MOST_BLOCKS}`;
  if (!Number.isInteger(hostBits) || hostBits < 1 || hostBits > bits) return `the host bits must be 1 to ${bits}`;
  const size = 1n << BigInt(hostBits);
  const whole = 1n << BigInt(bits - prefix);
  if (size * BigInt(count) > whole) return `the block has no room for ${count} subnets of ${hostBits} host bits`;
  const value = bits === 32 ? parseIPv4(address) : parseIPv6(address);
  const start = value - (value % whole);
  const write = bits === 32 ? writeIPv4 : writeIPv6;
  return Array.from({ length: count }, (_, index) => `${write(start + size * BigInt(index))}/${bits - hostBits}`);
}

function parseIPv4(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function writeIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function parseIPv6(address: string): bigint {
  const plain = address.replace(/(\d+\.){3}\d+$/, (ipv4) => {
    const value = parseIPv4(ipv4);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const front = groups(head);
  const back = groups(tail);
  const zeros = Array<string>(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function writeIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  const text = groups.join(':');
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
