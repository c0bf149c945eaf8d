import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DEFAULT_GROUP_SIZE,
  type Risk,
  type RiskAdvice,
  type RiskAttribute,
  type RiskCombination,
} from '@rtcstats-server/api';
import { combine, type GroupFigures, type Grouping, groupBy, measureGroups } from '@rtcstats-server/insights/risk';
import { policyName } from '@rtcstats-server/privacy';
import { ATTRIBUTES, COMBINATIONS, UNMEASURED, type UnmeasuredAttribute } from './attributes.ts';
import type { Facts } from './facts.ts';
import { REMEDIES, type RiskSettings } from './remedies.ts';
import type { Sample } from './sample.ts';

/** Bits; what rounding could be is no effect. */
const MIN_ENTROPY = 0.001;

/** The groups of the sessions of a sample, by the name of the attribute. */
type Columns = ReadonlyMap<string, Grouping>;

/**
 * Measures what stays after anonymization and can still single people out. The result holds figures and no values, so
 * it says nothing about the members of a small group.
 *
 * @param k groups of fewer sessions, or persons, are small
 */
export async function measureRisk(sample: Sample, settings: RiskSettings, k: number, now: Date): Promise<Risk> {
  const { facts, persons, policies, maxSessions, complete } = sample;
  const columns = await columnsOf(facts);
  const attributes = await oneByOne(ATTRIBUTES, (attribute) => measured(attribute, columns, sample, k));
  const present = attributes.filter((one) => one.measured);
  const known = new Set(present.map(({ name }) => name));
  const combinations = await combinationsOf(columns, known, sample, k);
  const policy = policyName(settings.privacy);
  const knownPersons = persons.filter((person) => person !== null);
  return {
    measuredAt: now.toISOString(),
    policy,
    k,
    sessions: facts.length,
    maxSessions,
    complete,
    from: startOf(facts.at(-1)),
    to: startOf(facts[0]),
    otherPolicies: policies.filter((name) => name !== policy).length,
    persons: new Set(knownPersons).size,
    sessionsWithPerson: knownPersons.length,
    attributes: [...attributes, ...UNMEASURED.map((one) => unmeasured(one, settings))],
    combinations,
    advice: await adviceFor(settings, { columns, attributes: present, combinations, known, sample, k }),
  };
}

/** A measurement as far as it was made. */
interface Measurement {
  readonly columns: Columns;
  /** Only attributes that were measured. */
  readonly attributes: readonly RiskAttribute[];
  readonly combinations: readonly RiskCombination[];
  /** Names of the attributes that were measured. */
  readonly known: ReadonlySet<string>;
  readonly sample: Sample;
  readonly k: number;
}

/** The effect of each setting that is not in force, the largest first. */
async function adviceFor(settings: RiskSettings, measurement: Measurement): Promise<RiskAdvice[]> {
  const { columns, attributes, combinations, known, sample, k } = measurement;
  const advice: RiskAdvice[] = [];
  for (const { setting, loses, isInForce, apply } of REMEDIES) {
    if (isInForce(settings)) continue;
    const after = await columnsOf(sample.facts.map(apply));
    const changed = attributes.filter(({ name }) => after.get(name)?.groups !== columns.get(name)?.groups);
    const single = changed.map(
      (one): Measured => ({ ...one, ...measureGroups(after.get(one.name)!, sample.persons, k) }),
    );
    const best = bestEffect(combinations, await combinationsOf(after, known, sample, k)) ?? bestEffect(changed, single);
    if (best !== undefined) advice.push({ setting, attributes: changed.map(({ name }) => name), loses, ...best });
  }
  return advice.sort(byEffect);
}

type Measured = Pick<RiskCombination, 'name' | 'entropy' | 'small'>;
type Effect = Pick<RiskAdvice, 'combination' | 'before' | 'after' | 'entropyLowered'>;

/** The largest effect, of those that are one. */
function bestEffect(before: readonly Measured[], after: readonly Measured[]): Effect | undefined {
  return before
    .map(({ name, entropy, small }, index) => ({
      combination: name,
      before: small,
      after: after[index]!.small,
      entropyLowered: entropy - after[index]!.entropy,
    }))
    .filter(({ entropyLowered }) => entropyLowered >= MIN_ENTROPY)
    .toSorted(byEffect)[0];
}

function byEffect(a: Effect, b: Effect): number {
  return loweredBy(b) - loweredBy(a) || b.entropyLowered - a.entropyLowered;
}

function loweredBy({ before, after }: Effect): number {
  return before.share - after.share;
}

async function columnsOf(facts: readonly Facts[]): Promise<Columns> {
  return new Map(await oneByOne(ATTRIBUTES, ({ name, read }) => [name, groupBy(facts.map(read))] as const));
}

async function combinationsOf(
  columns: Columns,
  known: ReadonlySet<string>,
  { facts, persons }: Sample,
  k: number,
): Promise<RiskCombination[]> {
  return await oneByOne(COMBINATIONS, ({ name, title, attributes }) => {
    const combined = attributes.filter((attribute) => known.has(attribute));
    const groupings = combined.flatMap((attribute) => columns.get(attribute) ?? []);
    const figures = measureGroups(combine(groupings, facts.length), persons, k);
    return { name, title, attributes: combined, ...figures };
  });
}

/** Maps with other work of the process in between: each takes some milliseconds, and the thread serves sockets. */
async function oneByOne<T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(work(item));
    await nextTurn();
  }
  return results;
}

const NOTHING: GroupFigures = measureGroups(groupBy([]), [], DEFAULT_GROUP_SIZE);

function measured(
  { name, title, read, setting }: (typeof ATTRIBUTES)[number],
  columns: Columns,
  { facts, persons }: Sample,
  k: number,
): RiskAttribute {
  const sessions = facts.filter((one) => read(one) !== null).length;
  const { groups, ...figures } = sessions === 0 ? NOTHING : measureGroups(columns.get(name)!, persons, k);
  const values = groups - (sessions > 0 && sessions < facts.length ? 1 : 0);
  const reason = sessions > 0 ? null : 'No session that was measured has it.';
  return { name, title, measured: sessions > 0, reason, sessions, values, ...figures, setting };
}

function unmeasured(attribute: UnmeasuredAttribute, { privacy }: RiskSettings): RiskAttribute {
  const { name, title, setting, isRemoved } = attribute;
  const { groups: values, ...figures } = NOTHING;
  const reason = isRemoved(privacy) ? 'The policy in force leaves none in new dumps.' : attribute.reason;
  return { name, title, measured: false, reason, sessions: 0, values, ...figures, setting };
}

function startOf(facts: Facts | undefined): string | null {
  return facts?.hour == null ? null : `${facts.hour}:00:00.000Z`;
}
