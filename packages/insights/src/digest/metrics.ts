import type { ConnectionSample, InboundSample, OutboundSample } from '../signals/samples.ts';

/** A measurement as a fraction: the values of several samples are added up before they are divided. */
type Fraction = readonly [sum: number, of: number];

/** A statistic of the path or of a track, as the digest shows it over time. */
export interface Metric<Source> {
  /** With the unit. */
  readonly name: string;
  /** How values are joined: fractions, the highest one, or their sum. */
  readonly join: 'fraction' | 'highest' | 'sum';
  /** Undefined if it was not measured. */
  readonly of: (source: Source) => Fraction | undefined;
}

/** The streams of one track in one sample; simulcast layers are several. */
type Streams<Stream> = readonly Stream[];

const mean = (value: number | undefined, scale = 1): Fraction | undefined =>
  value === undefined ? undefined : [value * scale, 1];

const total = <Item>(items: Streams<Item>, of: (item: Item) => number | undefined): number | undefined => {
  const values = items.flatMap((item) => of(item) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
};

const highest = <Item>(items: Streams<Item>, of: (item: Item) => number | undefined): Fraction | undefined => {
  const values = items.flatMap((item) => of(item) ?? []);
  return values.length === 0 ? undefined : [Math.max(...values), 1];
};

/** A share in percent. */
const percent = (part: number | undefined, whole: number | undefined): Fraction | undefined =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : [100 * Math.max(0, part), whole];

export const PATH_METRICS: readonly Metric<ConnectionSample>[] = [
  { name: 'round trip ms', join: 'highest', of: ({ path }) => mean(path?.rtt) },
  { name: 'estimated send bandwidth kbit/s', join: 'fraction', of: ({ path }) => mean(path?.availableOutgoing, 0.001) },
];

const RECEIVED: readonly Metric<Streams<InboundSample>>[] = [
  {
    name: 'received kbit/s',
    join: 'fraction',
    of: (streams) =>
      mean(
        total(streams, ({ bitrate }) => bitrate),
        0.001,
      ),
  },
  {
    name: 'lost %',
    join: 'fraction',
    of: (streams) => {
      const lost = total(streams, (stream) => stream.lost);
      const packets = total(streams, (stream) => stream.packets);
      return percent(lost, (packets ?? 0) + Math.max(0, lost ?? 0));
    },
  },
  { name: 'jitter ms', join: 'highest', of: (streams) => highest(streams, ({ jitter }) => jitter) },
  { name: 'jitter buffer ms', join: 'highest', of: (streams) => highest(streams, ({ buffer }) => buffer) },
];

const SENT: readonly Metric<Streams<OutboundSample>>[] = [
  {
    name: 'sent kbit/s',
    join: 'fraction',
    of: (streams) =>
      mean(
        total(streams, ({ bitrate }) => bitrate),
        0.001,
      ),
  },
  {
    name: 'lost % by receiver reports',
    join: 'fraction',
    of: (streams) => {
      const reported = streams.filter(({ remote }) => remote?.lost !== undefined);
      return percent(
        total(reported, ({ remote }) => remote?.lost),
        total(reported, ({ remote }) => remote?.expected),
      );
    },
  },
];

export const TRACK_METRICS: {
  readonly in: Readonly<Record<'audio' | 'video', readonly Metric<Streams<InboundSample>>[]>>;
  readonly out: Readonly<Record<'audio' | 'video', readonly Metric<Streams<OutboundSample>>[]>>;
} = {
  in: {
    audio: [
      ...RECEIVED,
      {
        name: 'concealed %',
        join: 'fraction',
        of: (streams) =>
          percent(
            total(streams, ({ audio }) => audio?.concealed),
            total(streams, ({ audio }) => audio?.samples),
          ),
      },
    ],
    video: [
      ...RECEIVED,
      { name: 'frames/s', join: 'fraction', of: (streams) => highest(streams, ({ video }) => video?.frameRate) },
      { name: 'frozen ms', join: 'sum', of: (streams) => mean(total(streams, ({ video }) => video?.frozen)) },
      { name: 'height px', join: 'highest', of: (streams) => highest(streams, ({ height }) => height) },
    ],
  },
  out: {
    audio: [
      ...SENT,
      { name: 'microphone dBFS', join: 'highest', of: (streams) => highest(streams, (stream) => stream.sourceLevel) },
    ],
    video: [
      ...SENT,
      { name: 'frames/s', join: 'fraction', of: (streams) => highest(streams, ({ video }) => video?.frameRate) },
      { name: 'height px', join: 'highest', of: (streams) => highest(streams, ({ height }) => height) },
      { name: 'limited by bandwidth %', join: 'fraction', of: limitedBy('bandwidth') },
      { name: 'limited by cpu %', join: 'fraction', of: limitedBy('cpu') },
    ],
  },
};

function limitedBy(reason: 'bandwidth' | 'cpu'): (streams: Streams<OutboundSample>) => Fraction | undefined {
  return (streams) => {
    const known = streams.filter(({ video }) => video?.limitation !== undefined);
    if (known.length === 0) return undefined;
    return [known.some(({ video }) => video?.limitation === reason) ? 100 : 0, 1];
  };
}
