import { createHash } from 'node:crypto';
import type { IdentityField } from '@rtcstats-server/dump';
import type { SessionRow } from '../catalog/sessions.ts';
import { type EventCondition, EventSearch } from './event-search.ts';

/** One reason to forward a session. All of its conditions must hold. */
export interface ForwardRule {
  /** Shown in the ledger. */
  readonly name: string;
  /** Share of conferences, 0 to 1. */
  readonly sample?: number | undefined;
  readonly user?: readonly string[] | undefined;
  readonly conference?: readonly string[] | undefined;
  readonly origin?: readonly string[] | undefined;
  /** ISO 3166-1 alpha-2 */
  readonly country?: readonly string[] | undefined;
  readonly closeCode?: readonly number[] | undefined;
  /** Seconds. */
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  /** An event that the client sent. */
  readonly event?: EventCondition | undefined;
}

export interface ForwardRules {
  /** Share of conferences that are always forwarded, 0 to 1. */
  readonly sample: number;
  readonly when: readonly ForwardRule[];
}

/**
 * The values that may stand in the catalog for a name in a rule: the name itself and its pseudonyms with the key of the
 * row.
 */
export type NamesOf = (field: IdentityField, text: string, row: SessionRow) => readonly string[];

/** Opens the dump of a session, decompressed. Called only when a rule looks for an event. */
export type OpenDump = () => AsyncIterable<Uint8Array>;

/**
 * Decides which sessions are forwarded, and why: `token`, `sample` or `rule:<name>`; `undefined` for a session that is
 * not forwarded. The decision is deterministic: every gateway decides the same for a session at any time.
 */
export class ForwardDecision {
  readonly #rules: ForwardRules;
  readonly #namesOf: NamesOf;

  constructor(rules: ForwardRules, namesOf: NamesOf) {
    this.#rules = rules;
    this.#namesOf = namesOf;
  }

  /** The reason to forward a session; `undefined` for none. Only verified dumps without findings are forwarded. */
  async reason(row: SessionRow, openDump: OpenDump): Promise<string | undefined> {
    if (row.state !== 'stored' || !row.receipt.verified || row.receipt.findings > 0) return undefined;
    // The application's decision in the token takes precedence over the operator's rules.
    if (row.forward === false) return undefined;
    if (row.forward === true) return 'token';
    if (isSampled(row, this.#rules.sample)) return 'sample';
    const candidates = this.#rules.when.filter((rule) => this.#rowMatches(rule, row));
    const certain = candidates.find(({ event }) => event === undefined);
    if (certain) return `rule:${certain.name}`;
    const found = await firstFound(candidates, openDump);
    return found && `rule:${found.name}`;
  }

  #rowMatches(rule: ForwardRule, row: SessionRow): boolean {
    const { sample, origin, country, closeCode, minDuration, maxDuration } = rule;
    const seconds = row.endedAt === null ? 0 : (Date.parse(row.endedAt) - Date.parse(row.startedAt)) / 1000;
    return (
      (sample === undefined || isSampled(row, sample)) &&
      this.#isOneOf('user', rule.user, row) &&
      this.#isOneOf('conference', rule.conference, row) &&
      (origin === undefined || (row.origin !== null && origin.includes(row.origin))) &&
      (country === undefined || (row.country !== null && country.includes(row.country))) &&
      (closeCode === undefined || (row.closeCode !== null && closeCode.includes(row.closeCode))) &&
      (minDuration === undefined || seconds >= minDuration) &&
      (maxDuration === undefined || seconds <= maxDuration)
    );
  }

  #isOneOf(field: 'user' | 'conference', texts: readonly string[] | undefined, row: SessionRow): boolean {
    if (texts === undefined) return true;
    const value = row[field];
    return value !== null && texts.some((text) => this.#namesOf(field, text, row).includes(value));
  }
}

async function firstFound(rules: readonly ForwardRule[], openDump: OpenDump): Promise<ForwardRule | undefined> {
  if (rules.length === 0) return undefined;
  const search = new EventSearch(rules.map(({ event }) => event!));
  for await (const chunk of openDump()) {
    if (search.push(chunk)) break;
  }
  search.end();
  return rules[search.found];
}

/** Samples by conference, so that all sessions of a call are forwarded together; otherwise by session. */
function isSampled(row: SessionRow, sample: number): boolean {
  if (sample <= 0) return false;
  const hash = createHash('sha256')
    .update(row.conference ?? row.id)
    .digest();
  return hash.readUInt32BE(0) / 2 ** 32 < sample;
}
