import { setTimeout as delay } from 'node:timers/promises';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Catalog, ScrubStep } from '../../catalog/catalog.ts';
import type { OpenErasure, RemainingSession, SessionReport } from '../../catalog/erasures.ts';
import { isHeld } from '../../catalog/holds.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { RemovesSessions, UnfinishedSessions } from './contract.ts';
import type { SubjectFinder } from './finder.ts';
import type { Tombstones } from './tombstones.ts';

/** Sessions that are read from the list of an erasure at once. */
const PAGE = 100;
/** How long a claim lasts; it is renewed with every page. */
const CLAIM_MS = 60_000;
const MAX_SCRUBS = 20;
const SCRUB_MS = 50;

const HELD: SessionReport = { places: { catalog: 'pending' }, waitsFor: 'a legal hold' };

export interface RunnerContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'deliveries' | 'erasures' | 'holds' | 'scrub'>;
  readonly finder: SubjectFinder;
  readonly removal: RemovesSessions;
  readonly tombstones: Tombstones;
  readonly unfinished: UnfinishedSessions;
  /** `server.hostIdentifier`: only this gateway can remove its own unfinished sessions. */
  readonly host: string;
  /** Who works on an erasure. Processes of one data directory have the same, because only one of them runs. */
  readonly claimant: string;
  /** How long an erasure stays open at least, so that other gateways of the catalog see it, in milliseconds. */
  readonly minOpenMs: number;
  /** Forgets the erased. Absent in tests. */
  readonly audit?: Pick<AuditLog, 'forget'> | undefined;
}

/**
 * Does the work of an erasure that is in the catalog. Each step may be repeated, and what is done is written down
 * before the next step, so that an erasure goes on where a killed process left it:
 *
 *     apply    the tombstone is written; sessions of this gateway that are not stored yet are discarded
 *     list     the sessions in the catalog with one of the names get into the list of the erasure
 *     remove   each session is removed from every place, and leaves the list when nothing of it remains
 *     finish   the names are deleted, and the database is emptied of what deleted rows leave behind
 */
export class ErasureRunner {
  readonly #context: RunnerContext;
  /** Erasures of which the sessions of this gateway were discarded. */
  readonly #applied = new Set<string>();

  constructor(context: RunnerContext) {
    this.#context = context;
  }

  /**
   * Discards the subject's sessions that this gateway has not stored yet. Every gateway of the catalog has to do this,
   * whichever does the rest. Done once per erasure and process.
   */
  async apply(erasure: OpenErasure): Promise<void> {
    const { catalog, tombstones, unfinished } = this.#context;
    if (this.#applied.has(erasure.id)) return;
    if (!tombstones.has(erasure.id)) await tombstones.add(erasure);
    const { live, pending } = await unfinished.erase(erasure, []);
    if (live.length > 0) {
      await catalog.erasures.add(erasure.id, live);
      await catalog.erasures.endedLive(erasure.id, live.length);
    }
    if (!pending) this.#applied.add(erasure.id);
  }

  /**
   * Goes through the steps once, unless another process does.
   *
   * @returns whether the erasure is finished
   */
  async run(erasure: OpenErasure): Promise<boolean> {
    const { catalog, claimant } = this.#context;
    await this.apply(erasure);
    if (!(await this.#claim(erasure))) return false;
    let isFinished = false;
    try {
      await this.#context.catalog.scrub('begin');
      await this.#list(erasure);
      const persons = await this.#removeAll(erasure);
      await this.#context.audit?.forget([...persons]);
      if (Date.now() < Date.parse(erasure.requestedAt) + this.#context.minOpenMs) return false;
      isFinished = await catalog.erasures.finish(erasure.id, new Date().toISOString());
    } finally {
      await catalog.erasures.release(erasure.id, claimant);
      await this.#scrub(isFinished ? 'end' : undefined);
    }
    return isFinished;
  }

  /** Another process that reads or writes at the moment prevents it for some milliseconds. */
  async #scrub(step?: ScrubStep): Promise<void> {
    const { catalog } = this.#context;
    for (let tries = 0; tries < MAX_SCRUBS && !(await catalog.scrub(step)); tries++) await delay(SCRUB_MS);
  }

  async #claim({ id }: OpenErasure): Promise<boolean> {
    const now = Date.now();
    const [from, until] = [now, now + CLAIM_MS].map((time) => new Date(time).toISOString());
    return await this.#context.catalog.erasures.claim(id, this.#context.claimant, from!, until!);
  }

  async #list({ id, kind, names }: OpenErasure): Promise<void> {
    const { catalog, finder, tombstones } = this.#context;
    let ids: string[] = [];
    for await (const row of finder.sessions(kind, names)) {
      // Sessions that were recorded after the request are kept.
      if (!tombstones.of(row).some((erased) => erased.id === id)) continue;
      if (ids.push(row.id) < PAGE) continue;
      await catalog.erasures.add(id, ids);
      ids = [];
    }
    await catalog.erasures.add(id, ids);
  }

  /** @returns the names that the removed sessions had, and those of the erasure */
  async #removeAll(erasure: OpenErasure): Promise<ReadonlySet<string>> {
    const { erasures } = this.#context.catalog;
    const persons = new Set(erasure.names);
    // One that was made after the request, or before it where a restored catalog is erased again.
    const holds = await this.#context.catalog.holds.list();
    let after = '';
    for (;;) {
      const page = await erasures.remaining(erasure.id, { limit: PAGE, after });
      if (page.length === 0) return persons;
      const rows = await this.#rowsOf(page);
      const held = new Set([...rows.values()].filter((row) => isHeld(row, holds)));
      const discarded = await this.#discardUnfinished(
        erasure,
        [...rows.values()].filter((row) => !held.has(row)),
      );
      for (const { sessionId, report } of page) {
        const row = rows.get(sessionId);
        const name = row?.[erasure.kind] ?? null;
        if (name !== null) persons.add(name);
        const removed = row && (held.has(row) ? HELD : await this.#remove(row, discarded));
        const settled = removed ?? (await this.#afterRow(sessionId, report));
        await erasures.settle(erasure.id, sessionId, settled);
      }
      after = page.at(-1)!.sessionId;
      await this.#claim(erasure);
    }
  }

  async #rowsOf(page: readonly RemainingSession[]): Promise<ReadonlyMap<string, SessionRow>> {
    const rows = await Promise.all(page.map(({ sessionId }) => this.#context.catalog.sessions.get(sessionId)));
    return new Map(rows.filter((row) => row !== undefined).map((row) => [row.id, row]));
  }

  /** @returns whether the sessions of this gateway that are not stored yet are gone from its spool */
  async #discardUnfinished(erasure: OpenErasure, rows: readonly SessionRow[]): Promise<boolean> {
    const ids = rows.filter((row) => isUnfinished(row) && row.host === this.#context.host).map(({ id }) => id);
    return ids.length === 0 || !(await this.#context.unfinished.erase(erasure, ids)).pending;
  }

  async #remove(row: SessionRow, discarded: boolean): Promise<SessionReport> {
    try {
      if (isUnfinished(row)) return await this.#removeUnfinished(row, discarded);
      const { places, reasons, error } = await this.#context.removal.remove(row, 'erasure');
      const [reason = null] = Object.values(reasons);
      return { places, waitsFor: reason ?? (error === undefined ? null : codeOf(error)) };
    } catch (error) {
      return { places: { catalog: 'failed' }, waitsFor: codeOf(error) };
    }
  }

  /** Of a session whose row is gone, which is removed last, only the copy at rtcstats.com can be left. */
  async #afterRow(id: string, last: SessionReport | null): Promise<SessionReport> {
    const delivery = await this.#context.catalog.deliveries.get(id);
    const isLeft = delivery?.withdrawn === true && delivery.state !== 'withdrawn';
    const places = last?.places ?? { dump: 'removed', exports: 'removed', catalog: 'removed' };
    if (isLeft) return { places: { ...places, deliveries: 'pending' }, waitsFor: 'rtcstats.com' };
    return { places: { ...places, deliveries: delivery ? 'removed' : 'absent' }, waitsFor: null };
  }

  /** Of a session that is not stored yet, nothing is anywhere but in the spool of its gateway, and its row. */
  async #removeUnfinished(row: SessionRow, discarded: boolean): Promise<SessionReport> {
    const { host, catalog } = this.#context;
    if (row.host !== host) {
      return { places: { spool: 'pending', catalog: 'pending' }, waitsFor: `the gateway ${JSON.stringify(row.host)}` };
    }
    if (!discarded) return { places: { spool: 'pending', catalog: 'pending' }, waitsFor: 'the spool of this gateway' };
    await catalog.sessions.delete(row.id);
    return { places: { spool: 'removed', catalog: 'removed' }, waitsFor: null };
  }
}

function isUnfinished({ state }: SessionRow): boolean {
  return state === 'recording' || state === 'closed';
}

/** Never the message: it may name a path. */
function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}
