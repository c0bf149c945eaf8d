import { GatewayError } from '../errors/gateway-error.ts';

/** Uploads at the same time. Each takes a few hundred KiB of memory. */
const MAX_UPLOADS = 16;
/** How long an upload may be slow although others wait, in milliseconds. */
const GUARANTEED_MS = 60_000;

/** The progress of an upload. */
export interface UploadProgress {
  /** Bytes received so far. */
  readonly receivedBytes: number;
  /** Whether more is expected from the client. */
  readonly receiving: boolean;
}

/** One of the places for uploads. */
export interface UploadSlot {
  /** Aborts with a `GatewayError` when the place is given to another upload. */
  readonly signal: AbortSignal;
  /** Safe to call twice. */
  release(): void;
}

interface Upload {
  readonly client: string;
  readonly progress: UploadProgress;
  readonly since: number;
  readonly controller: AbortController;
}

/**
 * The places for uploads. When all are taken, a newcomer displaces the slowest upload of the client that has most of
 * them, or the slowest that has had its guaranteed time, but never takes more places than it leaves to that client.
 * Otherwise two clients with eight uploads each, a byte at a time, would keep everybody else out.
 */
export class UploadSlots {
  readonly #uploads = new Set<Upload>();

  /**
   * @param client a name of the client's address
   * @param now milliseconds of a monotonic clock
   * @returns `undefined` if all places are taken and none can be taken away
   */
  take(client: string, progress: UploadProgress, now: number = performance.now()): UploadSlot | undefined {
    if (this.#uploads.size >= MAX_UPLOADS) {
      const displaced = this.#displacedBy(client, now);
      if (displaced === undefined) return undefined;
      this.#uploads.delete(displaced);
      displaced.controller.abort(
        new GatewayError('TRY_AGAIN_LATER', 'The upload was the slowest of its address while others waited'),
      );
    }
    const upload: Upload = { client, progress, since: now, controller: new AbortController() };
    this.#uploads.add(upload);
    return { signal: upload.controller.signal, release: () => void this.#uploads.delete(upload) };
  }

  #displacedBy(client: string, now: number): Upload | undefined {
    const own = this.#countOf(client);
    const rate = ({ progress, since }: Upload): number => progress.receivedBytes / (now - since + 1);
    const [slowest] = [...this.#uploads]
      // What is received completely waits for this process, not for its client.
      .filter(({ progress }) => progress.receiving)
      .filter((upload) => {
        const more = this.#countOf(upload.client) - own;
        return more > 1 || (more === 1 && now - upload.since > GUARANTEED_MS);
      })
      .sort((a, b) => this.#countOf(b.client) - this.#countOf(a.client) || rate(a) - rate(b));
    return slowest;
  }

  #countOf(client: string): number {
    let count = 0;
    for (const upload of this.#uploads) if (upload.client === client) count++;
    return count;
  }
}
