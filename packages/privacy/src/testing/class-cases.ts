import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, type DataClass, type Method, type Policy, presetPolicy } from '../policy/policy.ts';
import { verifyText } from '../verifier/verifier.ts';

/** Classes of values that belong to a machine or device. */
export type MachineClass = 'hostnames' | 'macAddresses' | 'deviceNames' | 'deviceIds';
/** Classes of values that belong to a person or a page. IP addresses have their own tests. */
export type PersonClass = Exclude<DataClass, MachineClass | 'ipAddresses'>;
type TestedClass = MachineClass | PersonClass;

/** Events with and without a finding. `method`: that of the class, `pseudonymize` by default. */
export interface ClassCases {
  readonly found: readonly unknown[];
  readonly clean: readonly unknown[];
  readonly method?: Method;
}

/** A policy that keeps all classes except one. */
export function only(name: TestedClass, method: Method = 'pseudonymize'): Policy {
  const standard = presetPolicy('standard');
  const kept = Object.fromEntries(DATA_CLASSES.map((other) => [other, 'keep'])) as Policy['classes'];
  return {
    ...standard,
    ipAddresses: { ...standard.ipAddresses, method: 'keep' },
    classes: { ...kept, [name]: method },
  };
}

/**
 * Number of findings in an event. A string stands for a `:log` event with this text, an object with `metadata` for the
 * second line of a dump.
 */
export function total(name: TestedClass, event: unknown, method?: Method): number {
  if (event !== null && typeof event === 'object' && 'metadata' in event) {
    return verifyText(`RTCStatsDump\n${JSON.stringify(event.metadata)}\n`, only(name, method)).total;
  }
  const line = Array.isArray(event) ? event : [':log', null, event, 1];
  return verifyText(`${JSON.stringify(line)}\n`, only(name, method)).total;
}

/** Declares the tests of the cases. */
export function describeClasses(cases: Partial<Record<TestedClass, ClassCases>>): void {
  describe.each(Object.entries(cases))('%s', (name, { found, clean, method }) => {
    it.each(rows(found))('finds %j', ([event]) => {
      expect(total(name as TestedClass, event, method)).toBeGreaterThan(0);
    });
    it.each(rows(clean))('passes %j', ([event]) => {
      expect(total(name as TestedClass, event, method)).toBe(0);
    });
    it.each(rows(found))('ignores %j if the class is kept', ([event]) => {
      expect(total(name as TestedClass, event, 'keep')).toBe(0);
    });
  });
}

/** Wraps each event, because it.each would spread an array into arguments. */
function rows(events: readonly unknown[]): [[unknown]][] {
  return events.map((event) => [[event]]);
}
