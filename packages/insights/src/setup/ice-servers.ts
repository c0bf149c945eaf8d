/** The STUN and TURN servers that a connection was configured with. */
export interface IceServers {
  readonly hasStun: boolean;
  readonly hasTurn: boolean;
  /** `iceTransportPolicy: "relay"`. */
  readonly isRelayOnly: boolean;
}

export const NO_SERVERS: IceServers = { hasStun: false, hasTurn: false, isRelayOnly: false };

/** Reads an RTCConfiguration, as in the events `create` and `setConfiguration`. */
export function iceServersOf(configuration: unknown): IceServers {
  if (typeof configuration !== 'object' || configuration === null) return NO_SERVERS;
  const { iceServers, iceTransportPolicy } = configuration as { iceServers?: unknown; iceTransportPolicy?: unknown };
  const urls = Array.isArray(iceServers) ? iceServers.flatMap(urlsOf) : [];
  return {
    hasStun: urls.some((url) => /^stuns?:/i.test(url)),
    hasTurn: urls.some(isTurn),
    isRelayOnly: iceTransportPolicy === 'relay',
  };
}

export function isTurn(url: string): boolean {
  return /^turns?:/i.test(url);
}

function urlsOf(server: unknown): string[] {
  if (typeof server !== 'object' || server === null) return [];
  // `url` is the form of early drafts, which some applications still use.
  const { urls, url } = server as { urls?: unknown; url?: unknown };
  const all: unknown[] = Array.isArray(urls) ? urls : [urls ?? url];
  return all.filter((text) => typeof text === 'string');
}
