import type { DumpMetadata } from '@rtcstats-server/dump';
import type { Observation } from '../observations/observation.ts';
import type { Scores } from '../scores/scores.ts';
import type { ConnectionSetup } from '../setup/connection-setup.ts';
import type { CallSeries } from './call-series.ts';

/**
 * A digest is a short text about one call, for a person or an assistant that is to explain it. The contract:
 *
 * - It has at most `MAX_DIGEST_TOKENS` tokens by `estimateTokens`, whatever the dump contains.
 * - The same input gives the same text.
 * - It holds no text of the dump: only numbers, words of a closed list (`words.ts`), names and sentences of this
 *   package, and ids of connections of the form `PC_0` or `8-1`. Addresses, labels of devices, URLs, names of people
 *   and ids of tracks are never in it, so it is anonymous even if the dump is not, and a dump cannot give instructions
 *   to an assistant that reads it.
 * - If something does not fit, the least important lines are left out, never a part of a line, and the last line says
 *   how many.
 */
export const MAX_DIGEST_TOKENS = 4000;

/** What a digest is made of: an `AnalysisDocument`, from this package or from the API. */
export interface DigestInput {
  readonly analysisVersion: number;
  readonly scores: Scores;
  readonly observations: readonly Observation[];
  readonly features: {
    readonly client: Readonly<Record<string, unknown>>;
    readonly connections: readonly { readonly id: string }[];
    readonly tracks: readonly { readonly connection: string; readonly id: string }[];
  };
  readonly setup: readonly SetupEntry[];
  readonly notJudged: readonly { readonly what: string; readonly why: string }[];
}

/** How a connection was set up. */
export type SetupEntry = Partial<ConnectionSetup> & Pick<ConnectionSetup, 'connected'> & { readonly id: string };

export interface DigestOptions {
  /** The metadata of the dump. Of its user agent, the digest has the browser, its major version and the system. */
  readonly metadata?: DumpMetadata | undefined;
  /** The course of the statistics; without it, the digest says that it is missing. */
  readonly series?: CallSeries | undefined;
}
