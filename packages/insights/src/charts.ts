import {
  gapsOf,
  hasValue,
  lastOf,
  rateOf,
  ratioOf,
  scale,
  timesOf,
  type Values,
  valuesOf,
  withGaps,
} from './series.ts';
import type { ReportColumns, StatsColumns } from './stats-columns.ts';
import { streamLabel, streamPositions } from './stream-label.ts';

/** The unit of a chart, which determines how its values are formatted. */
export type Unit = 'bit/s' | 'ms' | '%' | 'fps' | 'pixels' | 'count' | 'level' | 'value';

/** One line of a chart. */
export interface ChartLine {
  /** Name of the line; unique within the chart. */
  readonly label: string;
  /** One value per `x`; NaN where there is none. */
  readonly values: Float64Array;
  /** The position of the line's stream in the connection, the same in all charts; undefined if it is not a stream. */
  readonly stream: number | undefined;
}

/** Data of a chart, ready to plot. */
export interface Chart {
  /** Such as `PC_0/outgoing`. */
  readonly id: string;
  /** Heading of the chart. */
  readonly title: string;
  readonly unit: Unit;
  /** Seconds since the epoch, ascending. */
  readonly x: Float64Array;
  readonly lines: readonly ChartLine[];
}

interface Line {
  readonly label: string;
  readonly values: Values;
  readonly report?: ReportColumns;
}

/** A kind of chart. `lines` selects its lines from the statistics of a connection. */
interface ChartKind {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  lines(stats: StatsColumns): Line[];
}

/** One line per report of the type; `pick` computes its values. */
function each(
  type: string,
  label: (stats: StatsColumns, report: ReportColumns) => string,
  pick: (of: (name: string) => Values | undefined, stats: StatsColumns, report: ReportColumns) => Values | undefined,
): (stats: StatsColumns) => Line[] {
  return (stats) =>
    [...stats.reports.values()]
      .filter((report) => report.type === type)
      .flatMap((report) => {
        const values = pick((name) => valuesOf(stats, report, name), stats, report);
        return hasValue(values) ? [{ label: label(stats, report), values, report }] : [];
      });
}

function all(...parts: readonly ((stats: StatsColumns) => Line[])[]): (stats: StatsColumns) => Line[] {
  return (stats) => parts.flatMap((part) => part(stats));
}

const scaled =
  (name: string, factor: number) =>
  (of: (name: string) => Values | undefined): Values | undefined => {
    const values = of(name);
    return values && scale(values, factor);
  };

/** Only for candidate pairs that were selected at some time; others were only checked. */
const ofUsedPair =
  (name: string, factor: number) =>
  (of: (name: string) => Values | undefined, stats: StatsColumns, report: ReportColumns): Values | undefined =>
    wasSelected(stats, report) ? scaled(name, factor)(of) : undefined;

/** Transport reports name the selected pair. Firefox has none, but marks the pair itself. */
function wasSelected(stats: StatsColumns, pair: ReportColumns): boolean {
  const transports = [...stats.reports.values()].filter(({ type }) => type === 'transport');
  const named = transports.flatMap(({ columns }) => columns.get('selectedCandidatePairId')?.texts ?? []);
  return named.length > 0 ? named.includes(pair.id) : lastOf(pair, 'selected') === 1;
}

const rate =
  (name: string, factor: number) =>
  (of: (name: string) => Values | undefined, stats: StatsColumns, report: ReportColumns): Values | undefined => {
    const counter = of(name);
    return counter && scale(rateOf(counter, timesOf(stats, report)), factor);
  };

const KINDS: readonly ChartKind[] = [
  { name: 'outgoing', title: 'Sent', unit: 'bit/s', lines: each('outbound-rtp', streamLabel, rate('bytesSent', 8)) },
  {
    name: 'incoming',
    title: 'Received',
    unit: 'bit/s',
    lines: each('inbound-rtp', streamLabel, rate('bytesReceived', 8)),
  },
  {
    name: 'available',
    title: 'Estimated bandwidth',
    unit: 'bit/s',
    lines: all(
      each('candidate-pair', () => 'outgoing', ofUsedPair('availableOutgoingBitrate', 1)),
      each('candidate-pair', () => 'incoming', ofUsedPair('availableIncomingBitrate', 1)),
    ),
  },
  {
    name: 'loss',
    title: 'Packet loss',
    unit: '%',
    lines: all(
      each(
        'inbound-rtp',
        (stats, report) => `${streamLabel(stats, report)}, received`,
        (of) => lostShare(of('packetsLost'), of('packetsReceived')),
      ),
      each('remote-inbound-rtp', (stats, report) => `${streamLabel(stats, report)}, sent`, scaled('fractionLost', 100)),
    ),
  },
  {
    name: 'rtt',
    title: 'Round-trip time',
    unit: 'ms',
    lines: all(
      each('candidate-pair', () => 'ICE', ofUsedPair('currentRoundTripTime', 1000)),
      each('remote-inbound-rtp', streamLabel, scaled('roundTripTime', 1000)),
    ),
  },
  {
    name: 'jitter',
    title: 'Jitter',
    unit: 'ms',
    lines: all(
      each('inbound-rtp', (stats, report) => `${streamLabel(stats, report)}, received`, scaled('jitter', 1000)),
      each('remote-inbound-rtp', (stats, report) => `${streamLabel(stats, report)}, sent`, scaled('jitter', 1000)),
    ),
  },
  {
    name: 'frameRate',
    title: 'Frame rate',
    unit: 'fps',
    lines: all(
      each('outbound-rtp', streamLabel, (of) => of('framesPerSecond')),
      each('inbound-rtp', streamLabel, (of) => of('framesPerSecond')),
    ),
  },
  {
    name: 'resolution',
    title: 'Frame height',
    unit: 'pixels',
    lines: all(
      each('outbound-rtp', streamLabel, (of) => of('frameHeight')),
      each('inbound-rtp', streamLabel, (of) => of('frameHeight')),
    ),
  },
  {
    name: 'limitation',
    title: 'Quality limited by',
    unit: '%',
    lines: all(
      ...(['cpu', 'bandwidth', 'other'] as const).map((reason) =>
        each(
          'outbound-rtp',
          (stats, report) => `${reason}: ${streamLabel(stats, report)}`,
          rate(`qualityLimitationDurations.${reason}`, 100),
        ),
      ),
    ),
  },
  {
    name: 'freezes',
    title: 'Freezes so far',
    unit: 'count',
    lines: each('inbound-rtp', streamLabel, (of) => of('freezeCount')),
  },
  {
    name: 'audioLevel',
    title: 'Audio level',
    unit: 'level',
    lines: all(
      each(
        'media-source',
        () => 'audio out',
        (of) => of('audioLevel'),
      ),
      each('inbound-rtp', streamLabel, (of) => of('audioLevel')),
    ),
  },
  {
    name: 'playoutDelay',
    title: 'Jitter buffer delay',
    unit: 'ms',
    lines: each('inbound-rtp', streamLabel, (of) => {
      const delay = of('jitterBufferDelay');
      const emitted = of('jitterBufferEmittedCount');
      return delay && emitted && ratioOf(delay, emitted, 1000);
    }),
  },
  {
    name: 'data',
    title: 'Data channels',
    unit: 'bit/s',
    lines: all(
      each('data-channel', () => 'sent', rate('bytesSent', 8)),
      each('data-channel', () => 'received', rate('bytesReceived', 8)),
    ),
  },
];

/** The charts of a connection that have data. */
export function chartsOf(scope: string, stats: StatsColumns): Chart[] {
  const gaps = gapsOf(stats.times.view());
  return KINDS.flatMap((kind) => {
    const lines = kind.lines(stats);
    return lines.length === 0 ? [] : [chart(stats, `${scope}/${kind.name}`, kind, gaps, lines)];
  });
}

/**
 * A chart of one property of one report; undefined if it has no numbers. A counter can be charted as it is or as a rate
 * (`[name/s]`).
 */
export function chartOf(scope: string, stats: StatsColumns, id: string, name: string): Chart | undefined {
  const report = stats.reports.get(id);
  const perSecond = /^\[(.+)\/s\]$/.exec(name)?.[1];
  const values = report && valuesOf(stats, report, perSecond ?? name);
  if (report === undefined || values === undefined) return undefined;
  const shown = perSecond === undefined ? values : rateOf(values, timesOf(stats, report));
  const title = `${report.type} ${id}: ${name}`;
  const lines = [{ label: name, values: shown, report }];
  return chart(stats, `${scope}/${id}/${name}`, { title, unit: 'value' }, gapsOf(stats.times.view()), lines);
}

function chart(
  stats: StatsColumns,
  id: string,
  { title, unit }: Pick<ChartKind, 'title' | 'unit'>,
  gaps: readonly number[],
  lines: readonly Line[],
): Chart {
  const { x, ys } = withGaps(
    stats.times.view(),
    gaps,
    lines.map(({ values }) => values),
  );
  const position = streamPositions(stats);
  const seen = new Map<string, number>();
  const named = lines.map(({ label, report }, index) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    const stream = report && position(report);
    return { label: count === 1 ? label : `${label} (${count})`, values: ys[index]!, stream };
  });
  return { id, title, unit, x, lines: named };
}

/** Lost packets as a percentage of the expected ones. */
function lostShare(lost: Values | undefined, received: Values | undefined): Values | undefined {
  if (lost === undefined || received === undefined) return undefined;
  const expected = lost.map((value, row) => value + received[row]!);
  return ratioOf(lost, expected, 100);
}
