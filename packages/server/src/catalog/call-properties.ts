import { type MediaRoute, NETWORK_TYPES, type NetworkType } from '@rtcstats-server/api/states';
import type { AnalysisDocument } from '@rtcstats-server/insights';

/** Properties of a call that rollups count by and that only its analysis knows; null if it does not say. */
export interface CallProperties {
  /** Milliseconds from the first call of the API to the first media, of the first connection that had media. */
  readonly setupMs: number | null;
  readonly network: NetworkType | null;
  readonly route: MediaRoute | null;
}

export const NO_PROPERTIES: CallProperties = { setupMs: null, network: null, route: null };

/** The client could send any other text. */
const NETWORKS: ReadonlySet<unknown> = new Set(NETWORK_TYPES);

/** The properties of an analyzed call. Of several connections, the first one that has a property counts. */
export function callProperties({ setup, features: { connections } }: AnalysisDocument): CallProperties {
  const pairs: readonly Readonly<Record<string, unknown>>[] = connections.map((features) => ({ ...features }));
  const setupMs = setup.find(({ total }) => total !== undefined)?.total ?? null;
  const network = pairs
    .map((pair) => pair['firstCandidatePairLocalNetworkType'])
    .find((type): type is NetworkType => NETWORKS.has(type));
  const types = pairs
    .map((pair) => [pair['firstCandidatePairLocalType'], pair['firstCandidatePairRemoteType']])
    .find((both) => both.some((type) => typeof type === 'string' && type !== ''));
  const route = types === undefined ? null : types.includes('relay') ? 'relay' : 'direct';
  return { setupMs, network: network ?? null, route };
}
