import { parsePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { describe, expect, it } from 'vitest';
import type { SessionRow } from '../catalog/sessions.ts';
import type { CanaryPlan, PlaceReport, Value } from './canary.ts';
import { OutcomeClassifier } from './outcome.ts';
import { planCanary } from './plan.ts';
import { PlanBuilder } from './planting.ts';
import { SeededRandom } from './random.ts';
import { storedEvents } from './replacement.ts';
import type { Sighting } from './search.ts';
import { Values } from './values.ts';

const values = new Values(new SeededRandom('outcome'));
const IN_DUMP: Sighting = { where: 'dump line 3', neverAllowed: false };
const IN_LOG: Sighting = { where: 'gateway.log', neverAllowed: true };

/** The report about one value in an event, for which the dump has `stored`. */
function reported(
  value: Value | null,
  stored: string | null,
  {
    settings = {},
    seen = [],
    method = ':log',
  }: { settings?: unknown; seen?: readonly Sighting[]; method?: string } = {},
): PlaceReport & { readonly lost: number } {
  const planting = new PlanBuilder(values);
  planting.event('a place', method, (plant) => [
    null,
    { text: `saw ${value === null ? plant.stays('4711') : plant(value)} there` },
  ]);
  const plan: CanaryPlan = { ...planCanary('outcome'), messages: planting.messages, plants: planting.plants };
  const line = stored === null ? [] : [JSON.stringify([method, null, { text: stored }, 1])];
  const lines = ['RTCStatsDump', '{}', ...line, '["close",null,1000,1]'];
  const judge = new OutcomeClassifier(plan, storedEvents(plan, lines, {} as SessionRow), parsePolicy(settings));
  return { ...judge.place(planting.plants[0]!, seen), lost: judge.lost };
}

describe('what became of a place', () => {
  it.each([
    ['gone', values.email(), 'saw [email] there', '[email]'],
    ['masked', values.ipv4(), 'saw 198.18.7.x there', '198.18.7.x'],
    ['masked', values.ipv6(), 'saw x:x:x:x:x:x:x:x there', 'x:x:x:x:x:x:x:x'],
    ['pseudonym', values.hostname(), 'saw host-0123456789 there', 'host-0123456789'],
    ['gone', values.label(), '[device]', null],
  ] as const)('%s', (outcome, value, stored, became) => {
    expect(reported(value, stored)).toMatchObject({ outcome, became, lost: 0 });
  });

  it('a pseudonym, where that is an address', () => {
    const settings = { ipAddresses: 'encrypt' };
    expect(reported(values.ipv4(), 'saw 2001:db8::7 there', { settings }).outcome).toBe('pseudonym');
  });

  it('dropped, where the policy does so; lost, where it does not', () => {
    expect(reported(values.email(), null, { settings: { preset: 'strict' } })).toMatchObject({
      outcome: 'dropped',
      lost: 0,
    });
    expect(reported(values.email(), null)).toMatchObject({ outcome: 'dropped', lost: 1 });
  });

  it('survived or changed, of technical values', () => {
    expect(reported(null, 'saw 4711 there').outcome).toBe('survived');
    expect(reported(null, 'saw [number] there').outcome).toBe('changed');
    expect(reported(null, null).outcome).toBe('changed');
    expect(reported(null, null, { settings: { preset: 'strict' } }).outcome).toBe('dropped');
  });
});

describe('what was found', () => {
  const address = { ...values.ipv4(), address: '198.18.200.201' };

  it.each([
    ['leaked', values.email(), {}],
    ['kept', values.email(), { contact: 'keep' }],
    ['kept', values.email(), { preset: 'compatible' }],
    ['kept', values.email(), { customEvents: 'keep' }],
    ['leaked', values.email(), { customEvents: { ':other': 'keep' } }],
    ['kept', address, { ipAddresses: { keepNetworks: ['198.18.200.0/24'] } }],
    ['leaked', address, { ipAddresses: { keepNetworks: ['198.18.201.0/24'] } }],
    ['kept', { ...values.ipv4(), relay: true }, { ipAddresses: { keepRelay: true } }],
    ['leaked', { ...values.ipv4(), relay: true }, {}],
    ['leaked', values.ipv4(), { ipAddresses: { keepRelay: true } }],
    ['kept', values.opaqueIdentifier(), {}],
    ['leaked', values.opaqueIdentifier(), { preset: 'strict', customEvents: 'scan' }],
    ['leaked', { ...values.url(), classes: ['pageUrl', 'contact'] } as Value, { pageUrl: 'keep' }],
  ] as const)('%s', (outcome, value, settings) => {
    expect(reported(value, 'whatever', { settings, seen: [IN_DUMP] })).toMatchObject({
      outcome,
      foundIn: ['dump line 3'],
    });
  });

  it('in a log is a leak under every policy', () => {
    const settings = { preset: 'compatible' };
    expect(presetPolicy('compatible').classes.contact).toBe('keep');
    expect(reported(values.email(), 'whatever', { settings, seen: [IN_DUMP, IN_LOG] }).outcome).toBe('leaked');
  });
});
