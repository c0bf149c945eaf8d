import type { AuditLog } from '../audit/audit-log.ts';
import { personsOfSession } from '../audit/session-persons.ts';
import type { SessionRow } from '../catalog/sessions.ts';

/** How long one entry stands for the reads of a live dump, which the console polls, in milliseconds. */
const LIVE_MS = 600_000;
/** Reads of live dumps to remember; the oldest makes room for a new one. */
const MAX_LIVE = 1000;

/** Records that somebody reads a dump, before they get the first byte. */
export class DumpReads {
  readonly #audit: Pick<AuditLog, 'record'>;
  /** When the reads of an actor and a session were recorded. */
  readonly #live = new Map<string, number>();

  constructor(audit: Pick<AuditLog, 'record'>) {
    this.#audit = audit;
  }

  /** @throws GatewayError CATALOG_UNAVAILABLE: then the dump must not be sent */
  async record(actor: string, row: SessionRow, details: { readonly live?: true } = {}): Promise<void> {
    const { id: target, state } = row;
    const persons = personsOfSession(row);
    await this.#audit.record({
      action: 'dump.read',
      actor,
      outcome: 'done',
      target,
      persons,
      details: { state, ...details },
    });
  }

  /** The same for a part of a live dump, once per actor and session in ten minutes. */
  async recordLive(actor: string, row: SessionRow): Promise<void> {
    const key = `${actor} ${row.id}`;
    const now = performance.now();
    if (now - (this.#live.get(key) ?? Number.NEGATIVE_INFINITY) < LIVE_MS) return;
    await this.record(actor, row, { live: true });
    this.#live.delete(key);
    if (this.#live.size >= MAX_LIVE) this.#live.delete(this.#live.keys().next().value!);
    this.#live.set(key, now);
  }
}
