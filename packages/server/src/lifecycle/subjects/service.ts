import { randomUUIDv7 } from 'node:crypto';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Erasure } from '../../catalog/erasures.ts';
import { type Hold, holdOn } from '../../catalog/holds.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import {
  type ErasePreview,
  type EraseRequest,
  MAX_LISTED,
  type Subject,
  type SubjectErasures,
  type SubjectOverview,
} from './contract.ts';
import type { SubjectFinder } from './finder.ts';
import type { Tombstones } from './tombstones.ts';

export interface ServiceContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'deliveries' | 'erasures' | 'holds'>;
  readonly finder: SubjectFinder;
  readonly tombstones: Tombstones;
  /** `server.hostIdentifier` */
  readonly host: string;
  /** Does the work of an erasure that was begun, or waits for the gateway that does. */
  run(id: string): Promise<void>;
  /** Absent in tests. */
  readonly audit?: Pick<AuditLog, 'record'> | undefined;
}

/** Begins erasures, for the admin API and the commands. */
export class ErasureService implements SubjectErasures {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  async preview(subject: Subject): Promise<ErasePreview> {
    return withoutHolds(await this.#count(subject, await this.#context.finder.names(subject), true));
  }

  async overview(subject: Subject): Promise<SubjectOverview> {
    const { finder } = this.#context;
    const { holds, ...counted } = await this.#count(subject, await finder.names(subject), true);
    const held = [...holds].map(([hold, sessions]) => ({ hold, sessions }));
    return { ...counted, holds: held, destroyedEpochs: finder.destroyedEpochs };
  }

  async erase(request: EraseRequest): Promise<Erasure> {
    const { audit, catalog, finder } = this.#context;
    const { by: actor } = request;
    const names = await finder.names(request);
    try {
      const { sessions } = withoutHolds(await this.#count(request, names, false));
      const earlier = await this.#earlier(request);
      if (earlier && (sessions === 0 || earlier.finishedAt === null)) return await this.#runOn(earlier);
      const persons = await finder.withoutReplaced(request, names);
      await audit?.record({ action: 'subject.erase', actor, outcome: 'begun', details: { sessions } });
      const id = await this.#begin(request, names, persons);
      await this.#context.run(id);
      const receipt = (await catalog.erasures.get(id))!;
      const details = { erasure: id, sessions: receipt.sessions, finished: receipt.finishedAt !== null };
      await audit?.record({ action: 'subject.erase', actor, outcome: 'done', details });
      return receipt;
    } catch (error) {
      const outcome = error instanceof GatewayError && error.code === 'SUBJECT_HELD' ? 'refused' : 'failed';
      await audit?.record({ action: 'subject.erase', actor, outcome });
      throw error;
    }
  }

  /** The last erasure of the subject; its tombstone has the hash of the name. */
  async #earlier(subject: Subject): Promise<Erasure | undefined> {
    const { tombstones, catalog } = this.#context;
    const hash = tombstones.hashes.of(subject);
    const tombstone = tombstones.all.findLast(({ kind, hashes }) => kind === subject.kind && hashes.includes(hash));
    return tombstone && (await catalog.erasures.get(tombstone.id));
  }

  async #runOn(erasure: Erasure): Promise<Erasure> {
    if (erasure.finishedAt !== null) return erasure;
    await this.#context.run(erasure.id);
    return (await this.#context.catalog.erasures.get(erasure.id)) ?? erasure;
  }

  async #begin({ kind, by }: EraseRequest, all: readonly string[], names: readonly string[]): Promise<string> {
    const { tombstones, catalog } = this.#context;
    const hashes = all.map((name) => tombstones.hashes.of({ kind, name }));
    const id = randomUUIDv7();
    const requestedAt = new Date().toISOString();
    await catalog.erasures.begin({ id, kind, subject: hashes[0]!, hashes, names, requestedAt, by });
    return id;
  }

  /** @param forwarded whether to look for each session whether its dump was forwarded */
  async #count({ kind }: Subject, names: readonly string[], forwarded: boolean): Promise<Counted> {
    const { catalog, finder, host } = this.#context;
    const all = await catalog.holds.list();
    const holds = new Map<Hold, number>();
    const newest: SessionRow[] = [];
    const states: Partial<Record<SessionRow['state'], number>> = {};
    const preview = { sessions: 0, forwarded: 0, elsewhere: 0 };
    for await (const row of finder.sessions(kind, names)) {
      const hold = holdOn(row, all);
      if (hold) holds.set(hold, (holds.get(hold) ?? 0) + 1);
      if (newest.length < MAX_LISTED) newest.push(row);
      preview.sessions++;
      states[row.state] = (states[row.state] ?? 0) + 1;
      if (row.state === 'quarantined' && row.host !== host) preview.elsewhere++;
      if (forwarded && (await catalog.deliveries.get(row.id))?.remoteId) preview.forwarded++;
    }
    return { ...preview, states, holds, newest };
  }
}

interface Counted extends ErasePreview {
  /** Number of sessions by hold. */
  readonly holds: ReadonlyMap<Hold, number>;
  readonly newest: readonly SessionRow[];
}

/** @throws GatewayError SUBJECT_HELD */
function withoutHolds({ holds, newest: _, ...preview }: Counted): ErasePreview {
  const [hold] = holds.keys();
  if (hold === undefined) return preview;
  throw new GatewayError('SUBJECT_HELD', `A legal hold keeps data of this person or call: ${hold.reason}`);
}
