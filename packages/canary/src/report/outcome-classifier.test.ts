import { parsePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { describe, expect, it } from 'vitest';
import { planCanary } from '../places/canary-plan.ts';
import { type CanaryPlan, deltaOfMessage, type PersonalValue } from '../plan/plan.ts';
import { PlanBuilder } from '../plan/plan-builder.ts';
import { SeededRandom } from '../plan/random.ts';
import { ValueGenerator } from '../plan/value-generator.ts';
import type { Sighting } from '../search/search.ts';
import { OutcomeClassifier } from './outcome-classifier.ts';
import { storedEvents } from './replacement.ts';
import type { PlaceReport } from './report.ts';

const values = new ValueGenerator(new SeededRandom('outcome'));
const NOBODY = { user: null, conference: null, session: null };
const IN_DUMP: Sighting = { where: 'dump line 3', neverAllowed: false };
const IN_LOG: Sighting = { where: 'gateway.log', neverAllowed: true };

/** The report about one value in an event that was stored as `stored`, or not stored at all. */
function reportOn(
  value: PersonalValue | null,
  stored: string | null,
  {
    settings = {},
    seen = [],
    method = ':log',
  }: { settings?: unknown; seen?: readonly Sighting[]; method?: string } = {},
): PlaceReport & { readonly lost: number } {
  const builder = new PlanBuilder(values);
  builder.event('a place', method, (plant) => [
    null,
    { text: `saw ${value === null ? plant.technical('4711') : plant(value)} there` },
  ]);
  const { messages, plantedValues } = builder;
  const plan: CanaryPlan = { ...planCanary('outcome'), messages, plantedValues };
  const line = stored === null ? [] : [JSON.stringify([method, null, { text: stored }, deltaOfMessage(1)])];
  const lines = ['RTCStatsDump', '{}', ...line, '["close",null,1000,1]'];
  const classifier = new OutcomeClassifier(plan, storedEvents(plan, lines, NOBODY), parsePolicy(settings));
  return { ...classifier.classify(plantedValues[0]!, seen), lost: classifier.lost };
}

describe('a value that was not found', () => {
  it.each([
    ['gone', values.email(), 'saw [email] there', '[email]'],
    ['masked', values.ipv4(), 'saw 198.18.7.x there', '198.18.7.x'],
    ['masked', values.ipv6(), 'saw x:x:x:x:x:x:x:x there', 'x:x:x:x:x:x:x:x'],
    ['pseudonym', values.hostname(), 'saw host-0123456789 there', 'host-0123456789'],
    ['gone', values.label(), '[device]', null],
  ] as const)('is %s', (outcome, value, stored, became) => {
    expect(reportOn(value, stored)).toMatchObject({ outcome, became, lost: 0 });
  });

  it('is a pseudonym if it is an address that was replaced by another one', () => {
    const settings = { ipAddresses: 'encrypt' };
    expect(reportOn(values.ipv4(), 'saw 2001:db8::7 there', { settings }).outcome).toBe('pseudonym');
  });

  it('is dropped with its message, which counts as lost unless the policy drops it', () => {
    expect(reportOn(values.email(), null, { settings: { preset: 'strict' } })).toMatchObject({
      outcome: 'dropped',
      lost: 0,
    });
    expect(reportOn(values.email(), null)).toMatchObject({ outcome: 'dropped', lost: 1 });
  });
});

it('says whether a technical value survived', () => {
  expect(reportOn(null, 'saw 4711 there').outcome).toBe('survived');
  expect(reportOn(null, 'saw [number] there').outcome).toBe('changed');
  expect(reportOn(null, null).outcome).toBe('changed');
  expect(reportOn(null, null, { settings: { preset: 'strict' } }).outcome).toBe('dropped');
});

describe('a value that was found', () => {
  const address = { ...values.ipv4(), address: '198.18.200.201' };
  const ipv6Address = { ...values.ipv6(), address: '2001:db8:77:42::1' };

  it.each([
    ['leaked', values.email(), {}],
    ['kept', values.email(), { contact: 'keep' }],
    ['kept', values.email(), { preset: 'compatible' }],
    ['kept', values.email(), { customEvents: 'keep' }],
    ['leaked', values.email(), { customEvents: { ':other': 'keep' } }],
    ['kept', address, { ipAddresses: { keepNetworks: ['198.18.200.0/24'] } }],
    ['kept', address, { ipAddresses: { keepNetworks: ['198.18.200.201'] } }],
    ['leaked', address, { ipAddresses: { keepNetworks: ['198.18.201.0/24', '2001:db8::/32'] } }],
    ['kept', ipv6Address, { ipAddresses: { keepNetworks: ['10.0.0.0/8', '2001:db8::/32'] } }],
    ['leaked', ipv6Address, { ipAddresses: { keepNetworks: ['2001:db8:78::/48'] } }],
    ['kept', { ...values.ipv4(), relay: true }, { ipAddresses: { keepRelay: true } }],
    ['leaked', { ...values.ipv4(), relay: true }, {}],
    ['leaked', values.ipv4(), { ipAddresses: { keepRelay: true } }],
    ['kept', values.opaqueIdentifier(), {}],
    ['leaked', values.opaqueIdentifier(), { preset: 'strict', customEvents: 'scan' }],
    ['leaked', { ...values.url(), classes: ['pageUrl', 'contact'] } as PersonalValue, { pageUrl: 'keep' }],
  ] as const)('is %s', (outcome, value, settings) => {
    expect(reportOn(value, 'whatever', { settings, seen: [IN_DUMP] })).toMatchObject({
      outcome,
      foundIn: ['dump line 3'],
    });
  });

  it('is leaked under every policy if it is in a log', () => {
    const settings = { preset: 'compatible' };
    expect(presetPolicy('compatible').classes.contact).toBe('keep');
    expect(reportOn(values.email(), 'whatever', { settings, seen: [IN_DUMP, IN_LOG] }).outcome).toBe('leaked');
  });
});
