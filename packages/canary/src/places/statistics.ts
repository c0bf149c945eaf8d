import {
  DECODE_ONLY_STATS_PROPERTIES,
  STATS_PROPERTY_CODES,
  statsPropertyCode,
  statsTypeCode,
} from '@rtcstats-server/dump';
import { roleAt } from '@rtcstats-server/privacy';
import type { PlanBuilder, Planter } from '../plan/plan-builder.ts';
import { valueOfRole } from './roles.ts';

const PROPERTIES_PER_REPORT = 12;
const TECHNICAL = new Set(['timestamp', 'ssrc']);

/**
 * Plants a value in every property of the statistics that has a code: compressed as the client sends them (codes
 * instead of names, and only what changed), and in full with names as in Chromium's own dumps.
 */
export function plantStatistics(builder: PlanBuilder): void {
  const properties = [...Object.keys(STATS_PROPERTY_CODES), ...Object.values(DECODE_ONLY_STATS_PROPERTIES)];
  const texts = properties.filter((name) => !TECHNICAL.has(name));
  for (let from = 0; from < texts.length; from += PROPERTIES_PER_REPORT) {
    const names = texts.slice(from, from + PROPERTIES_PER_REPORT);
    builder.event('compressed', 'getStats', (plant) => [
      'PC_0',
      { [`R${from}`]: report(builder, plant, names, statsPropertyCode), t: 1795365768017.123 },
    ]);
    builder.event('compressed, what changed', 'getStats', (plant) => [
      'PC_0',
      { [`R${from}`]: changed(builder, plant, names), t: 1795365769017.123 },
    ]);
    builder.event('in full', 'getStats', (plant) => {
      const id = `R${from}`;
      return ['PC_1', { [id]: { id, type: 'local-candidate', ...report(builder, plant, names, String) } }];
    });
  }
  plantOtherStatistics(builder);
}

function report(
  builder: PlanBuilder,
  plant: Planter,
  names: readonly string[],
  key: (name: string) => string,
): Record<string, unknown> {
  const technical = {
    [key('type')]: key === String ? 'local-candidate' : statsTypeCode('local-candidate'),
    [key('ssrc')]: plant.technical(builder.values.number(10)),
    [key('timestamp')]: plant.technical(builder.values.number(10)),
  };
  const texts = names.map((name) => {
    const value = valueOfRole(roleAt('getStats', [2, 'R', name]), builder.values);
    return [key(name), plant(value, name)];
  });
  return { ...Object.fromEntries(texts), ...technical };
}

/** A delta: one of the properties, and a counter. */
function changed(builder: PlanBuilder, plant: Planter, names: readonly string[]): Record<string, unknown> {
  const name = names[names.length >> 1]!;
  const value = valueOfRole(roleAt('getStats', [2, 'R', name]), builder.values);
  return {
    [statsPropertyCode(name)]: plant(value, name),
    [statsPropertyCode('packetsReceived')]: plant.technical(builder.values.number(7)),
  };
}

function plantOtherStatistics(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('an unknown property', 'getStats', (plant) => [
    'PC_0',
    { IT01V1: { 10: 3667201911, somethingNew: plant(values.text()), type: 1 } },
  ]);
  builder.event('the id of a report', 'getStats', (plant) => [
    'PC_0',
    { [`relay ${plant(values.ipv4())}`]: { 10: plant.technical(values.number(10)) } },
  ]);
  builder.event('a password', 'getStats', (plant) => ['PC_0', { T1: { icePwd: plant(values.secret()), 5: 'T0' } }]);
  builder.event('a state beside the statistics', 'getStats', (plant) => [
    'PC_0',
    { T1: { 5: 'T0' } },
    plant(values.text()),
  ]);
  builder.event('an error', 'getStats', (plant) => ['PC_0', `InvalidStateError: ${plant(values.text())}`]);
}
