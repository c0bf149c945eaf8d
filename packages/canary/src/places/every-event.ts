import { METHOD_CODES } from '@rtcstats-server/dump';
import { KEY_ROLES, roleAt } from '@rtcstats-server/privacy';
import type { PlanBuilder } from '../plan/plan-builder.ts';
import { valueOfRole } from './roles.ts';

/**
 * Plants values in every event of the protocol and in every property that has a role in the event model. Both come from
 * their tables, so new entries are covered without a change here.
 */
export function plantEveryEvent(builder: PlanBuilder): void {
  const { values } = builder;
  for (const method of Object.keys(METHOD_CODES)) {
    builder.event('a text for a value', method, (plant) => ['PC_0', plant(values.text())]);
    builder.event('an unknown property', method, (plant) => [
      'PC_0',
      {
        somethingNew: [plant(values.text(), 'value'), plant.technical(values.number(9))],
        [plant(values.text(), 'key')]: 1,
      },
    ]);
    builder.event('an additional element', method, (plant) => ['PC_0', null, plant(values.text())]);
  }
  for (const method of [':log', 'futureEvent', 'create', 'onicecandidateerror', 'constraints']) {
    builder.event('properties that are known', method, (plant) => [
      'PC_0',
      Object.fromEntries(
        Object.keys(KEY_ROLES).map((key) => [key, plant(valueOfRole(roleAt(method, [2, key]), values), key)]),
      ),
    ]);
  }
}
