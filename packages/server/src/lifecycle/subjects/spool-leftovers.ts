import { rm } from 'node:fs/promises';
import { isGatewayError } from '../../errors/gateway-error.ts';
import { allLeftovers } from '../../spool/leftovers.ts';
import { subjectOf } from '../../spool/record.ts';
import { recover } from '../../spool/recovery.ts';
import type { DiscardedSessions, ErasedSubject, UnfinishedSessions } from './contract.ts';
import type { Tombstones } from './tombstones.ts';

/**
 * The sessions in the spool of a gateway that does not run, for a command that has claimed its data directory. What is
 * left is finished by the next start, which finds the files as if it had completed them itself.
 */
export class SpoolLeftovers implements UnfinishedSessions {
  readonly #directory: string;
  readonly #tombstones: Tombstones;

  /** @param directory the spool */
  constructor(directory: string, tombstones: Tombstones) {
    this.#directory = directory;
    this.#tombstones = tombstones;
  }

  async erase({ id }: ErasedSubject): Promise<DiscardedSessions> {
    let pending = false;
    for (const path of await allLeftovers(this.#directory)) {
      try {
        const session = await recover(path);
        if (!session || !this.#tombstones.of(subjectOf(session)).some((erased) => erased.id === id)) continue;
        await rm(session.path.replace(/\.closed$/, '.gz'), { force: true });
        await rm(session.path, { force: true });
      } catch (error) {
        // Nothing can be said of a file that is not one of the spool; the next start puts it aside.
        if (!isGatewayError(error, 'SPOOL_FILE_UNREADABLE')) pending = true;
      }
    }
    return { live: [], pending };
  }
}
