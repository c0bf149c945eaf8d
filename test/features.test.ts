import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEvents } from '@rtcstats-server/dump';
import {
  CLIENT_FEATURES,
  CONNECTION_FEATURES,
  FeatureAccumulator,
  type FeatureDefinition,
  type Features,
  TRACK_FEATURES,
} from '@rtcstats-server/insights';
import {
  Anonymizer,
  compilePolicy,
  DumpAnonymizer,
  PRESETS,
  type Preset,
  presetPolicy,
} from '@rtcstats-server/privacy';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIFFERENCES } from './features/differences.ts';
import { analysisOf, featuresOf, PERSONAL_DUMP, recordedDumps } from './features/dumps.ts';

/**
 * The features of the recordings. This code computed the values; they were then compared, value by value, with the
 * results of an independent extractor for the same recordings, and are equal. So a difference is a change of a feature
 * that existing SQL and dashboards depend on: `-u` is not the way to make this test pass.
 */
describe('the features of recordings', () => {
  const dumps = recordedDumps();

  it.each([...dumps.keys()])('are those that were checked against an independent extractor: %s', async (name) => {
    const features = await featuresOf(dumps.get(name)!);
    await expect(linesOf(features)).toMatchFileSnapshot(`features/${name}.txt`);
  });

  it.each([...dumps.keys()])('are in the tables: %s', async (name) => {
    const { client, connections, tracks } = await featuresOf(dumps.get(name)!);
    expect(typesOf([client])).toEqual(typesIn(CLIENT_FEATURES, [client]));
    expect(typesOf(connections)).toEqual(typesIn(CONNECTION_FEATURES, connections));
    expect(typesOf(tracks)).toEqual(typesIn(TRACK_FEATURES, tracks));
  });

  it('are those of the events that are left in a truncated dump', async () => {
    const whole = dumps.get('chromium-labels')!;
    const lines = whole.split('\n').slice(0, 120);
    const features = new FeatureAccumulator();
    const read = async (): Promise<void> => {
      const torn = `${lines.join('\n')}\n["getStats","PC_0",{"T01`;
      for await (const event of await openEvents(torn)) features.add(event);
    };
    await expect(read()).rejects.toThrow('This dump is cut short');
    expect(features.result()).toEqual(await featuresOf(`${lines.join('\n')}\n`));
    expect(features.result().tracks.length).toBeGreaterThan(0);
  });

  it('are the same for both kinds of dumps that Chromium makes of a call, apart from what the kinds do not have', async () => {
    const [rtcstats, internals] = await Promise.all(
      ['rtcstats_dump', 'webrtc_internals_dump'].map(async (kind) =>
        featuresOf(await readFile(join(import.meta.dirname, `recordings/chromium-loopback.${kind}.gz`))),
      ),
    );
    expect(internals!.connections.map(settled)).toEqual(rtcstats!.connections.map(settled));
    expect(internals!.tracks.map(settled)).toEqual(rtcstats!.tracks.map(settled));
  });
});

/** One line per value: `client startTime 1795365768183`, `PC_0 connected true`, `PC_0 track 1 kind "audio"`. */
function linesOf({ client, connections, tracks }: Features): string {
  const lines = (place: string, level: object): string[] =>
    Object.entries(level).map(([name, value]) => `${place} ${name} ${JSON.stringify(value)}\n`);
  return [
    ...lines('client', client),
    ...connections.flatMap((connection) => lines(connection.id, connection)),
    ...tracks.flatMap((track, index) => lines(`${track.connection} track ${index + 1}`, track)),
  ].join('');
}

/** The types of all values by name, except the ids that connect the levels. */
function typesOf(levels: readonly object[]): Record<string, string> {
  const types: Record<string, string> = {};
  for (const level of levels) for (const [name, value] of Object.entries(level)) types[name] = typeof value;
  delete types['id'];
  delete types['connection'];
  return types;
}

function typesIn(
  table: Readonly<Record<string, FeatureDefinition>>,
  levels: readonly object[],
): Record<string, string | undefined> {
  const names = Object.keys(typesOf(levels));
  return Object.fromEntries(names.map((name) => [name, table[name]?.type.replace('integer', 'number')]));
}

/** What depends on the moment of the two downloads, and on when the connection was made, which only one dump has. */
const UNSETTLED = /^(startTime|duration|clockSkew|average\w+Bitrate)$/;

function settled(level: object): object {
  return Object.fromEntries(Object.entries(level).filter(([name]) => !UNSETTLED.test(name)));
}

const LEVELS = ['client', 'connection', 'track'] as const;
type Level = (typeof LEVELS)[number];
const TABLES: Readonly<Record<Level, Readonly<Record<string, FeatureDefinition>>>> = {
  client: CLIENT_FEATURES,
  connection: CONNECTION_FEATURES,
  track: TRACK_FEATURES,
};

/** The levels of a dump as lists, so that two dumps can be compared entry by entry. */
function byLevel({ client, connections, tracks }: Features): Readonly<Record<Level, readonly object[]>> {
  return { client: [client], connection: connections, track: tracks };
}

/** An all-zero key, which nobody uses. */
const KEY = { bytes: new Uint8Array(32), id: 'documentation' };

function anonymized(dump: string, preset: Preset): Uint8Array {
  const anonymizer = new DumpAnonymizer(new Anonymizer(compilePolicy(presetPolicy(preset), KEY)));
  return Buffer.concat([...anonymizer.push(Buffer.from(dump)), ...anonymizer.end()]);
}

/** Adds `level.name` of every feature whose values differ. */
function collectDifferences(raw: Features, clean: Features, into: Set<string>): void {
  for (const level of LEVELS) {
    const [before, after] = [byLevel(raw)[level], byLevel(clean)[level]];
    expect(after.length).toBe(before.length);
    for (const [index, entry] of before.entries()) {
      const values = Object.entries(entry);
      const others = new Map(Object.entries(after[index]!));
      for (const name of others.keys()) if (!Object.hasOwn(entry, name)) into.add(`${level}.${name}`);
      for (const [name, value] of values) {
        if (JSON.stringify(value) !== JSON.stringify(others.get(name))) into.add(`${level}.${name}`);
      }
    }
  }
}

describe('observations and scores', () => {
  const PERSONAL = 'a dump with personal values';
  const all = new Map([...recordedDumps(), [PERSONAL, PERSONAL_DUMP]]);

  it.each([...all.keys()])('are the same on the anonymized dump: %s', async (name) => {
    const { observations, scores } = await analysisOf(all.get(name)!);
    if (name === PERSONAL) expect(JSON.stringify(observations)).toContain('"samePublicAddress":"yes"');
    for (const preset of ['standard', 'compatible'] as const) {
      expect(await analysisOf(anonymized(all.get(name)!, preset))).toMatchObject({ observations, scores });
    }
  });
});

describe('docs/features.md', () => {
  const DOCUMENT = '../docs/features.md';
  const differences = new Map<Preset, Set<string>>(PRESETS.map((preset) => [preset, new Set()]));

  beforeAll(async () => {
    for (const dump of [...recordedDumps().values(), PERSONAL_DUMP]) {
      const raw = await featuresOf(dump);
      for (const [preset, names] of differences) {
        collectDifferences(raw, await featuresOf(anonymized(dump, preset)), names);
      }
    }
  });

  const presetsOf = (name: string): string =>
    PRESETS.filter((preset) => differences.get(preset)!.has(name))
      .map((preset) => `\`${preset}\``)
      .join(', ');

  const tables: Readonly<Record<string, () => string>> = {
    ...Object.fromEntries(
      LEVELS.map((level) => [
        level,
        () =>
          table(
            ['Feature', 'Meaning', 'Type', 'Unit', 'Differs under'],
            Object.entries(TABLES[level]).map(([name, { meaning, type, unit }]) => [
              `\`${name}\``,
              meaning,
              type,
              unit ?? '',
              presetsOf(`${level}.${name}`),
            ]),
          ),
      ]),
    ),
    differences: () =>
      table(
        ['Scope', 'Feature', ...PRESETS.map((preset) => `\`${preset}\``), 'Why'],
        Object.entries(DIFFERENCES).map(([name, why]) => {
          const [level, feature] = name.split('.');
          const marks = PRESETS.map((preset) => (differences.get(preset)!.has(name) ? 'differs' : ''));
          return [level!, `\`${feature}\``, ...marks, why];
        }),
      ),
  };

  it('has up-to-date tables', async () => {
    const document = await readFile(join(import.meta.dirname, DOCUMENT), 'utf8');
    const updated = document.replace(
      /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_, begin: string, name: string, end: string) => `${begin}\n${tables[name]?.() ?? ''}\n\n${end}`,
    );
    await expect(updated).toMatchFileSnapshot(DOCUMENT);
    for (const name of Object.keys(tables)) expect(document).toContain(`<!-- table ${name} -->`);
  });

  it('explains every feature that differs, and no other', () => {
    const differing = new Set(PRESETS.flatMap((preset) => [...differences.get(preset)!]));
    expect([...differing].sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
