import {
  DECODE_ONLY_STATS_PROPERTIES,
  STATS_PROPERTY_CODES,
  statsPropertyCode,
  statsTypeCode,
} from '@rtcstats-server/dump';
import { roleAt } from '@rtcstats-server/privacy';
import type { PlanBuilder, Planter } from '../plan/plan-builder.ts';
import { valueOfRole } from './roles.ts';

/** Properties in one report. */
const PROPERTIES = 12;
const TECHNICAL = new Set(['timestamp', 'ssrc']);

/**
 * Every property of the statistics that there is a code for, with something personal in it: as the client sends them (numbers for names, what
 * changed only), and as Chromium's own dumps have them (in full, by their names).
 */
export function plantStatistics(planting: PlanBuilder): void {
  const properties = [...Object.keys(STATS_PROPERTY_CODES), ...Object.values(DECODE_ONLY_STATS_PROPERTIES)];
  const texts = properties.filter((name) => !TECHNICAL.has(name));
  for (let from = 0; from < texts.length; from += PROPERTIES) {
    const names = texts.slice(from, from + PROPERTIES);
    planting.event('compressed', 'getStats', (plant) => [
      'PC_0',
      { [`R${from}`]: report(planting, plant, names, statsPropertyCode), t: 1795365768017.123 },
    ]);
    planting.event('compressed, what changed', 'getStats', (plant) => [
      'PC_0',
      { [`R${from}`]: changed(planting, plant, names), t: 1795365769017.123 },
    ]);
    planting.event('in full', 'getStats', (plant) => {
      const id = `R${from}`;
      return ['PC_1', { [id]: { id, type: 'local-candidate', ...report(planting, plant, names, String) } }];
    });
  }
  plantOtherStatistics(planting);
}

function report(
  planting: PlanBuilder,
  plant: Planter,
  names: readonly string[],
  key: (name: string) => string,
): Record<string, unknown> {
  const technical = {
    [key('type')]: key === String ? 'local-candidate' : statsTypeCode('local-candidate'),
    [key('ssrc')]: plant.stays(planting.values.number(10)),
    [key('timestamp')]: plant.stays(planting.values.number(10)),
  };
  const texts = names.map((name) => {
    const value = valueOfRole(roleAt('getStats', [2, 'R', name]), planting.values);
    return [key(name), plant(value, name)];
  });
  return { ...Object.fromEntries(texts), ...technical };
}

/** As a delta has them: one property of several, and counters. */
function changed(planting: PlanBuilder, plant: Planter, names: readonly string[]): Record<string, unknown> {
  const name = names[names.length >> 1]!;
  const value = valueOfRole(roleAt('getStats', [2, 'R', name]), planting.values);
  return { [statsPropertyCode(name)]: plant(value, name), 14: plant.stays(planting.values.number(7)) };
}

function plantOtherStatistics(planting: PlanBuilder): void {
  const { values } = planting;
  planting.event('an unknown property', 'getStats', (plant) => [
    'PC_0',
    { IT01V1: { 10: 3667201911, somethingNew: plant(values.text()), type: 1 } },
  ]);
  planting.event('the id of a report', 'getStats', (plant) => [
    'PC_0',
    { [`relay ${plant(values.ipv4())}`]: { 10: plant.stays(values.number(10)) } },
  ]);
  planting.event('a password', 'getStats', (plant) => ['PC_0', { T1: { icePwd: plant(values.secret()), 5: 'T0' } }]);
  planting.event('a state beside the statistics', 'getStats', (plant) => [
    'PC_0',
    { T1: { 5: 'T0' } },
    plant(values.text()),
  ]);
  planting.event('an error', 'getStats', (plant) => ['PC_0', `InvalidStateError: ${plant(values.text())}`]);
}
