import { createHash } from 'node:crypto';
import type { IdentityField } from '@rtcstats-server/dump';
import type { SessionRow } from '../catalog/sessions.ts';
import { type EventCondition, EventSearch } from './event-search.ts';

/** One reason for a session to go: all of its conditions hold. */
export interface ForwardRule {
  /** Stands in the ledger. */
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
  /** Share of conferences that go in any case, 0 to 1. */
  readonly sample: number;
  readonly when: readonly ForwardRule[];
}

/** What stands in the catalog for what an operator wrote: itself, or its pseudonyms at that time. */
export type NamesOf = (field: IdentityField, text: string, startedAt: string) => readonly string[];

/** The dump of a session, decompressed. Read only where a rule looks for an event. */
export type OpenDump = () => AsyncIterable<Uint8Array>;

/**
 * Decides which sessions go, and says why: `token`, `sample`, `rule:<name>`; `undefined` for one that stays. The same session gets the
 * same answer whenever and wherever it is asked for.
 */
export class ForwardDecision {
  readonly #rules: ForwardRules;
  readonly #namesOf: NamesOf;

  constructor(rules: ForwardRules, namesOf: NamesOf) {
    this.#rules = rules;
    this.#namesOf = namesOf;
  }

  /** Only a dump that the verifier found clean goes anywhere. */
  async reason(row: SessionRow, openDump: OpenDump): Promise<string | undefined> {
    if (row.state !== 'stored' || !row.receipt.verified || row.receipt.findings > 0) return undefined;
    // The application's own word on this session comes before the operator's rules.
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
    return value !== null && texts.some((text) => this.#namesOf(field, text, row.startedAt).includes(value));
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

/** By the conference, so that all sides of a call go or stay together; a session without one stands for itself. */
function isSampled(row: SessionRow, sample: number): boolean {
  if (sample <= 0) return false;
  const hash = createHash('sha256')
    .update(row.conference ?? row.id)
    .digest();
  return hash.readUInt32BE(0) / 2 ** 32 < sample;
}
