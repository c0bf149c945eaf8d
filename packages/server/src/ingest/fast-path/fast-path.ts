import type { Duplex } from 'node:stream';
import type { Log } from '../../log/log.ts';
import type { Counts } from '../../metrics/counts.ts';
import type { ReadingSocket } from './reading-socket.ts';
import { fastPathProblem, receiverProblem } from './self-check.ts';
import { isUnread, type SharedReads, shareReads, socketProblem } from './shared-reads.ts';

export interface FastPathOptions {
  readonly mode: 'auto' | 'off';
  /** `server.limits.messageBytes` */
  readonly messageBytes: number;
  readonly counts: Pick<Counts, 'fastPathActive'>;
  readonly log: Pick<Log, 'warn'>;
  /** Default: the self-check. */
  readonly check?: () => Promise<string | null>;
}

/** An upgraded connection before ws has it. */
export interface Upgraded {
  /** The socket to give to ws. */
  readonly socket: Duplex;
  /** `null`: ws reads the socket itself. */
  readonly reads: SharedReads | null;
}

/**
 * Decides for this process and for each connection whether the fast path is used (see README.md). It is used only after
 * the self-check has passed, and is switched off permanently when anything is not as expected.
 */
export class FastPath {
  readonly #options: FastPathOptions;
  /** Settled when it is known whether the fast path is used. Never rejects. */
  readonly checked: Promise<void>;

  constructor(options: FastPathOptions) {
    this.#options = options;
    options.counts.fastPathActive = false;
    this.checked = options.mode === 'off' ? Promise.resolve() : this.#check(options.check ?? fastPathProblem);
  }

  get isActive(): boolean {
    return this.#options.counts.fastPathActive === true;
  }

  async #check(check: () => Promise<string | null>): Promise<void> {
    const problem = await check();
    if (problem === null) this.#options.counts.fastPathActive = true;
    else this.#warn(problem);
  }

  /** To be called with each connection before ws gets its socket. */
  prepare(socket: Duplex): Upgraded {
    if (!this.isActive || !isUnread(socket)) return { socket, reads: null };
    const problem = socketProblem(socket);
    if (problem !== null) {
      this.#switchOff(problem);
      return { socket, reads: null };
    }
    const reads = shareReads(socket);
    return { socket: reads.socket, reads };
  }

  /** To be called with each connection as soon as ws has its socket, before anything of it is read. */
  begin(connection: ReadingSocket, { socket, reads }: Upgraded): void {
    const { messageBytes } = this.#options;
    const problem = reads === null ? null : receiverProblem(connection);
    if (problem !== null) this.#switchOff(problem);
    if (reads === null || problem !== null) {
      connection.countBufferedBytes(socket, messageBytes);
      return;
    }
    connection.startFastPath(socket, messageBytes);
    reads.reader = connection;
  }

  /** Connections that are on the fast path already stay there: their own fields were checked. */
  #switchOff(problem: string): void {
    if (!this.isActive) return;
    this.#options.counts.fastPathActive = false;
    this.#warn(problem);
  }

  #warn(problem: string): void {
    this.#options.log.warn(
      { problem, node: process.version },
      'the fast path is switched off: clients are served as before and every limit holds, but a message takes about twice the CPU',
    );
  }
}
