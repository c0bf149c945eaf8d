import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DumpReader, openEvents, StatsDecompressor, type StatsReport, type StatsReports } from '@rtcstats-server/dump';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeEvents } from './analyze-events.ts';
import { Recording } from './recording.ts';
import { lastOf } from './series.ts';
import { RecordingView } from './view.ts';

const RECORDINGS = join(import.meta.dirname, '../../../test/recordings');
const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const NAMES = ['chromium-loopback', 'chromium-relay', 'chromium-labels', 'chromium-mdns', 'firefox-loopback'];

function dumpOf(name: string): string {
  return HEAD + readFileSync(join(RECORDINGS, `${name}.raw`), 'utf8');
}

async function read(source: string | Uint8Array): Promise<Recording> {
  const recording = new Recording();
  await recording.read(source, () => Promise.resolve());
  return recording;
}

/** The final statistics of each connection, computed by the dump package. */
async function lastStatistics(source: string | Uint8Array): Promise<Map<string | null, StatsReports>> {
  const decompressor = new StatsDecompressor();
  const last = new Map<string | null, StatsReports>();
  for await (const { method, scope, value } of await DumpReader.open(source)) {
    if (method === 'getStats') last.set(scope, decompressor.decompress(scope, value));
  }
  return last;
}

/** The properties of a report in the form of columns. */
function flat(report: StatsReport): [string, unknown][] {
  return Object.entries(report).flatMap(([name, value]): [string, unknown][] => {
    if (['id', 'type', 'timestamp'].includes(name)) return [];
    if (typeof value === 'boolean') return [[name, Number(value)]];
    if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner]);
    }
    return [[name, value]];
  });
}

describe('columns', () => {
  const gzipped = readFileSync(join(RECORDINGS, 'chromium-loopback.rtcstats_dump.gz'));
  it.each([
    ...NAMES.map((name): [string, string | Uint8Array] => [name, dumpOf(name)]),
    ['chromium-loopback.rtcstats_dump.gz, uncompressed statistics', gzipped],
  ])('have the same content as full statistics: %s', async (_, source) => {
    const recording = await read(source);
    const last = await lastStatistics(source);
    expect(last.size).toBeGreaterThan(0);
    for (const [scope, reports] of last) {
      const { reports: columns } = recording.stats(scope!);
      const present = [...columns.values()].filter(({ presence }) => presence.length % 2 === 1);
      expect(present.map(({ id }) => id).sort()).toEqual([...reports.keys()].sort());
      for (const [id, report] of reports) {
        const held = columns.get(id)!;
        expect(held.type).toBe(report.type);
        for (const [name, value] of flat(report)) expect([id, name, lastOf(held, name)]).toEqual([id, name, value]);
      }
    }
  });
});

describe('the view of a recording', () => {
  let view: RecordingView;
  beforeAll(async () => {
    view = new RecordingView(await read(dumpOf('chromium-relay')));
  });

  it('has a summary', () => {
    expect(view.summary()).toMatchObject({
      events: 176,
      connections: [
        { scope: 'PC_0', samples: 40, network: 'relayed over UDP', state: 'connected' },
        { scope: 'PC_1', samples: 40, network: 'relayed over UDP', state: 'connected' },
      ],
      skippedLines: 0,
      damage: undefined,
    });
  });

  it('charts the bytes sent by one connection as those received by the other', () => {
    const mean = (scope: string, chart: string, line: string): number => {
      const { values } = view
        .charts(scope)
        .find(({ id }) => id === `${scope}/${chart}`)!
        .lines.find(({ label }) => label.startsWith(`${line}, `))!;
      const known = [...values].filter((value) => !Number.isNaN(value));
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    };
    expect(mean('PC_0', 'outgoing', 'video out')).toBeGreaterThan(50_000);
    expect(mean('PC_1', 'incoming', 'video in') / mean('PC_0', 'outgoing', 'video out')).toBeCloseTo(1, 1);
    expect(view.charts('PC_0').map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'Packet loss',
        'Round-trip time',
        'Jitter',
        'Frame rate',
        'Audio level',
        'Quality limited by',
      ]),
    );
  });

  it('finds any statistic, and counters also as rates', () => {
    const found = view.statNames('PC_0 outbound bytesSent', 10).map(({ name }) => name);
    expect(found).toContain('bytesSent');
    expect(found).toContain('[bytesSent/s]');
    const { scope, report, name } = view.statNames('PC_0 outbound [bytesSent/s]', 1)[0]!;
    expect(view.chart(scope, report, name)!.lines[0]!.values.some((value) => value > 0)).toBe(true);
  });

  it('lists the selected pair first', () => {
    expect(view.pairs('PC_0')[0]).toMatchObject({ selected: true, state: 'succeeded', local: { type: 'relay' } });
  });

  it('finds events by name, by connection and by the text of their line', () => {
    const methods = (text: string, scope?: string | null) =>
      view.rows([...view.find({ text, scope, stats: false })]).map(({ method }) => method);
    expect(methods('getUserMedia', null)).toEqual([
      'navigator.mediaDevices.getUserMedia',
      'navigator.mediaDevices.getUserMediaOnSuccess',
    ]);
    expect(new Set(methods('/typ relay', 'PC_0'))).toContain('onicecandidate');
    expect(view.find({ text: '', scope: undefined, stats: true })).toHaveLength(176);
  });

  it('restores descriptions and lists media', () => {
    const descriptions = view.descriptions();
    expect(descriptions.every(({ sdp }) => sdp.includes('a=fingerprint'))).toBe(true);
    expect(descriptions.map(({ scope, side, type }) => `${scope} ${side} ${type}`)).toEqual([
      'PC_0 local offer',
      'PC_1 remote offer',
      'PC_1 local answer',
      'PC_0 remote answer',
    ]);
    expect(view.media().calls).toMatchObject([{ method: 'getUserMedia', outcome: 'granted' }]);
    expect(view.media().tracks.length).toBeGreaterThan(0);
  });

  it('shows states as bands without gaps', () => {
    for (const { bands } of view.timeline().flatMap((lane) => lane.bands)) {
      for (let at = 1; at < bands.length; at++) expect(bands[at]!.from).toBe(bands[at - 1]!.to);
    }
    expect(view.timeline().map(({ scope }) => scope)).toEqual([null, 'PC_0', 'PC_1']);
  });
});

it('shows the events of a truncated dump, and skips lines that are not events', async () => {
  const recording = await read(`${HEAD}["create","PC_0",null,1000]\nnonsense\n["close","PC_0",null,5]\n["cre`);
  const summary = new RecordingView(recording).summary();
  expect(summary).toMatchObject({ events: 2, skippedLines: 1, damage: expect.stringContaining('cut short') });
  expect(new RecordingView(recording).lines(4, 2)).toEqual(['nonsense', '["close","PC_0",null,5]']);
});

describe('the verdict', () => {
  it('is that of the analysis without features, once the dump has been read', async () => {
    const dump = dumpOf('chromium-relay');
    const recording = new Recording();
    const view = new RecordingView(recording);
    expect(view.analysis()).toBeUndefined();
    await recording.read(dump, () => Promise.resolve());
    expect(view.analysis()).toEqual(await analyzeEvents(await openEvents(dump)));
    expect(view.analysis()?.scores.experience).toBeGreaterThan(90);
  });

  it('says that the dump is cut short or has lines that are not events', async () => {
    const recording = await read(`${dumpOf('chromium-relay')}noise\n["getStats",`);
    expect(new RecordingView(recording).analysis()?.notJudged).toMatchObject([
      { what: 'end-of-recording', why: expect.stringContaining('cut short') },
      { what: 'lines', why: '1 lines are not events' },
    ]);
  });
});

it('stores whole lines for any chunk boundaries', async () => {
  const text = `${HEAD}${Array.from({ length: 50 }, (_, at) => `[":é${at}",null,"${'ü'.repeat(at)}",1]`).join('\n')}\n`;
  const bytes = new TextEncoder().encode(text);
  const recording = new Recording();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  await recording.read(chunks(), () => Promise.resolve());
  const lines = new RecordingView(recording).lines(1, recording.lines.lines);
  expect(`${lines.join('\n')}\n`).toBe(text);
});

describe('a webrtc-internals dump', () => {
  let recording: Recording;
  let view: RecordingView;
  beforeAll(async () => {
    recording = await read(readFileSync(join(RECORDINGS, 'chromium-loopback.webrtc_internals_dump.gz')));
    view = new RecordingView(recording);
  });

  it('has a summary like a dump of the same call', () => {
    expect(view.summary()).toMatchObject({
      kind: 'webrtc-internals',
      metadata: { userAgent: expect.stringContaining('Chrome/156') },
      connections: [
        { scope: '8-1', samples: 33, network: 'direct, UDP', state: 'connected' },
        { scope: '8-2', samples: 33, network: 'direct, UDP', state: 'connected' },
      ],
      damage: undefined,
    });
  });

  it('has everything that the tabs of the console show', async () => {
    const same = new RecordingView(await read(dumpOf('chromium-loopback')));
    expect(view.charts('8-1').map(({ id }) => id.split('/')[1])).toEqual(
      same.charts('PC_0').map(({ id }) => id.split('/')[1]),
    );
    // States without quotation marks.
    expect(view.timeline()[1]!.bands.map(({ bands }) => bands.map(({ state }) => state))).toEqual(
      same.timeline()[1]!.bands.map(({ bands }) => bands.map(({ state }) => state)),
    );
    expect(view.descriptions().map(({ method, type, sdp }) => [method, type, sdp])).toEqual(
      same.descriptions().map(({ method, type, sdp }) => [method, type, sdp]),
    );
    const [pair] = view.pairs('8-1');
    const { id: _, ...local } = same.pairs('PC_0')[0]!.local;
    expect(pair).toMatchObject({ state: 'succeeded', selected: true, local });
    const [call] = view.media().calls;
    expect(call).toMatchObject({ method: 'getUserMedia', outcome: 'granted', tracks: [{ kind: 'audio' }, {}] });
    const used = ({ direction, track }: { direction: string; track: object }) => [direction, track];
    expect(view.media().tracks.map(used)).toEqual(same.media().tracks.map(used));
  });

  it('has a text for each event, besides the lines of the file', () => {
    const found = view.find({ text: '/have-local-offer', scope: undefined, stats: false });
    const [row] = view.rows([...found]);
    expect(row).toMatchObject({ method: 'onsignalingstatechange', scope: '8-1' });
    expect(JSON.parse(view.eventText(row!.line))).toEqual([
      'onsignalingstatechange',
      '8-1',
      'have-local-offer',
      expect.any(Number),
    ]);
    expect(view.lines(1, 2)).toEqual(['{', ' "cpuPerformance": 2,']);
  });
});
