import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { DumpAnonymizer } from '../anonymizer/dump-anonymizer.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { type Drift, DriftTally } from './drift.ts';

/** The drift of a session with these events. A string is sent unchanged, any other event as JSON. */
function driftOf(events: readonly unknown[], settings: unknown = {}): Drift {
  const anonymizer = new Anonymizer(compilePolicy(parsePolicy(settings)));
  for (const event of events) anonymizer.message(bytesOf(typeof event === 'string' ? event : JSON.stringify(event)));
  return anonymizer.receipt().drift;
}

const entry = (event: string, path: string, type: string, count = 1) => ({ event, path, type, count });

describe('drift', () => {
  it.each(recordings())('in $name is limited to the events of the application', ({ bytes }) => {
    const anonymizer = new Anonymizer(compilePolicy(parsePolicy({})));
    const dump = new DumpAnonymizer(anonymizer);
    dump.push(bytes);
    dump.end();
    const { entries, more } = anonymizer.receipt().drift;
    expect(new Set(entries.map(({ event, path }) => event + path))).toEqual(new Set([':log', ':userRating']));
    expect(more).toBe(0);
  });

  it.each(['compatible', 'standard', 'strict'])(
    'contains no personal data under %s, even where dumps may',
    (preset) => {
      const { entries } = driftOf([[39, 'PC_0', { 'annas-pc.lan': 1, '203.0.113.45': 1, shiny: 1 }, 1]], {
        preset,
        ...(preset === 'compatible' && { ipAddresses: 'keep' }),
      });
      const paths = entries.map(({ path }) => path);
      expect(paths).toContain('shiny');
      expect(paths.join()).not.toMatch(/annas|\.45/);
    },
  );

  it('has unknown properties of known events, with path and type, but not their content', () => {
    const created = { iceServers: [{ urls: 'stun:a.example' }, { urls: [], region: 'eu' }], shiny: { a: { b: 1 } } };
    expect(
      driftOf([
        [39, 'PC_0', created, 1],
        [39, 'PC_0', { shiny: [{ c: 2 }], region: null }, 1],
      ]).entries,
    ).toEqual([
      entry('create', 'iceServers.region', 'string'),
      entry('create', 'shiny', 'object'),
      entry('create', 'shiny', 'array'),
      entry('create', 'region', 'null'),
    ]);
  });

  it('has unknown properties of reports, by name or by code', () => {
    const reports = {
      t: 1,
      IT01: { '4': 1, quantumBits: 1, '999': true },
      OT02: { quantumBits: 2, '105': { newCause: 1 } },
    };
    expect(
      driftOf([
        ['g', 'PC_0', reports, 1],
        ['g', 'PC_0', { t: 2, IT01: { quantumBits: 3 } }, 1],
      ]).entries,
    ).toEqual([entry('getStats', '*.999', 'boolean'), entry('getStats', '*.quantumBits', 'number', 3)]);
  });

  it('has unknown events as one entry each, including those of applications until the policy lists them', () => {
    const events = [
      ['futureEvent', null, { a: 1 }, 1],
      [77, null, null, 1],
      [':chat', null, { text: 'a' }, 1],
    ];
    const protocol = [entry('futureEvent', '', 'object'), entry('77', '', 'null')];
    expect(driftOf(events).entries).toEqual([...protocol, entry(':chat', '', 'object')]);
    for (const customEvents of [{ ':chat': 'scan' }, { ':chat': 'keep' }, { ':chat': 'pseudonymize' }]) {
      expect(driftOf(events, { customEvents }).entries).toEqual(protocol);
    }
    // Every event outside the protocol's table is the application's, so these decide on all of them.
    for (const customEvents of ['keep', 'drop']) expect(driftOf(events, { customEvents }).entries).toEqual([]);
  });

  it('ignores metadata, dropped messages, nested JSON text and identity', () => {
    const nested = JSON.stringify({ unheardOf: 1 });
    expect(
      driftOf([
        '[39,null,{"unheardOf":1},1',
        '{"unheardOf":1}',
        '[39,null,{"unheardOf":1}]',
        [24, 'PC_0', nested, 1],
        ['identity', null, { user: 'anna', team: 'x' }, 1],
      ]),
    ).toEqual({ entries: [], more: 0 });
  });

  it('does not show names that contain personal data', () => {
    const names = ['anna@example.com', 'call 020 7946 0958', '203.0.113.77', 'x'.repeat(65), 'tel:+442079460958'];
    const text = JSON.stringify(
      driftOf(
        names.flatMap((name) => [
          [name, null, 1, 1],
          [39, null, { [name]: 1 }, 1],
          ['g', null, { a: { [name]: 1 } }, 1],
        ]),
      ),
    );
    expect(text).not.toMatch(/anna|7946|113\.77|xxx/);
    expect(text).toContain('203.0.113.x');
    expect(text).toContain('?');
  });

  it('does not show a device label that is known from another event', () => {
    const { entries } = driftOf([
      [66, null, [{ deviceId: '', kind: 'audioinput', label: 'Annas-AirPods', groupId: '' }], 1],
      ['Annas-AirPods', null, 1, 1],
    ]);
    expect(entries).toEqual([entry(expect.stringMatching(/^audioinput-/), '', 'number')]);
  });

  it('has a limited number of entries, however many names there are', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`name-${index}`, 1]));
    const { entries, more } = driftOf([[39, null, many, 1], ...Object.keys(many).map((name) => [name, null, 1, 1])]);
    expect(entries.length).toBeLessThanOrEqual(32);
    expect(more + entries.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
  });

  it('adds up over sessions, up to a limit', () => {
    const tally = new DriftTally(2);
    const one = { entries: [entry('a', '', 'null', 2), entry('b', '', 'null')] as Drift['entries'], more: 1 };
    tally.addAll(one);
    tally.addAll({ ...one, entries: [...one.entries, { event: 'c', path: '', type: 'null', count: 5 }] });
    expect(tally.result()).toEqual({ entries: [entry('a', '', 'null', 4), entry('b', '', 'null', 2)], more: 7 });
  });
});
