import { METHOD_CODES } from '@rtcstats-server/dump';
import { KEY_ROLES, roleAt } from '@rtcstats-server/privacy';
import type { PlanBuilder } from '../plan/plan-builder.ts';
import { valueOfRole } from './roles.ts';

/**
 * Every event of the protocol, and every property that the event model knows a role of, made from their tables: what is new there
 * is planted without anybody thinking of the canary.
 */
export function plantEveryEvent(planting: PlanBuilder): void {
  const { values } = planting;
  for (const method of Object.keys(METHOD_CODES)) {
    planting.event('a text for a value', method, (plant) => ['PC_0', plant(values.text())]);
    planting.event('an unknown property', method, (plant) => [
      'PC_0',
      {
        somethingNew: [plant(values.text(), 'value'), plant.stays(values.number(9))],
        [plant(values.text(), 'key')]: 1,
      },
    ]);
    planting.event('an element more', method, (plant) => ['PC_0', null, plant(values.text())]);
  }
  for (const method of [':log', 'futureEvent', 'create', 'onicecandidateerror', 'constraints']) {
    planting.event('properties that are known', method, (plant) => [
      'PC_0',
      Object.fromEntries(
        Object.keys(KEY_ROLES).map((key) => [key, plant(valueOfRole(roleAt(method, [2, key]), values), key)]),
      ),
    ]);
  }
}
