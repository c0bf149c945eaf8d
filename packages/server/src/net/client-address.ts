import { type BlockList, isIP, isIPv4 } from 'node:net';

/**
 * The address of the client of a connection. Each proxy appends the address of its peer to `X-Forwarded-For`, so the
 * list is read from the right: the first address that is not a trusted proxy is the client. Entries to the left of it
 * may be forged.
 *
 * @param peer the address at the other end of the socket
 * @param forwardedFor the header; several are joined with commas
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string | undefined {
  if (peer === undefined) return undefined;
  let client = canonical(peer);
  const hops = forwardedFor?.split(',') ?? [];
  while (hops.length > 0 && isTrusted(client, trusted)) {
    const hop = addressOf(hops.pop()!.trim());
    // The proxy hides its peer ("unknown" or a name), so entries further to the left cannot be trusted.
    if (hop === undefined) break;
    client = hop;
  }
  return client;
}

/** @param address as `canonical` returns it */
function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Whether the address at the other end of a socket is that of a trusted proxy. */
export function isProxy(peer: string, trusted: BlockList): boolean {
  return isIP(peer) !== 0 && isTrusted(canonical(peer), trusted);
}

/** An entry may carry a port: `203.0.113.9:443`, `[2001:db8::9]:443`. */
function addressOf(hop: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) === 0 ? undefined : canonical(bare);
}

/** A socket that listens on `::` reports IPv4 clients as `::ffff:a.b.c.d`. A zone is meaningless on another machine. */
function canonical(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
