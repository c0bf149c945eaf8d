import type { Block, Section } from './budget.ts';
import { lasted } from './call-section.ts';
import { measured } from './connection-section.ts';
import type { DigestInput } from './contract.ts';
import type { Names } from './names.ts';
import { codec, figure, word } from './words.ts';

/** Tracks that are described; all are counted. */
const MAX_TRACKS = 40;

type Values = Readonly<Record<string, unknown>>;

/** The main statistics of each track; those with observations first. */
export function trackSection({ features, observations }: DigestInput, names: Names): Section {
  const { tracks } = features;
  const affected = new Set(
    observations.flatMap(({ scope }) => (scope.type === 'track' ? [names.track(scope.connection, scope.track)] : [])),
  );
  const rankOf = (track: (typeof tracks)[number]): number =>
    affected.has(names.track(track.connection, track.id)) ? 7 : 12;
  const blocks: Block[] = tracks
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, MAX_TRACKS)
    .map((track) => ({
      rank: rankOf(track),
      what: 'tracks',
      lines: [
        `${names.track(track.connection, track.id)} of ${names.connection(track.connection)}: ${factsOf({ ...track })}`,
      ],
    }));
  if (tracks.length > 1) blocks.unshift(countsOf(tracks));
  return { title: 'Tracks', blocks };
}

function countsOf(tracks: readonly object[]): Block {
  const counts = new Map<string, number>();
  for (const track of tracks) {
    const kind = kindOf(track as Values);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const list = Array.from(counts, ([kind, count]) => `${count} ${kind}`);
  return { rank: 7, what: 'counts', lines: [`In all ${tracks.length}: ${list.join(', ')}.`] };
}

function kindOf(values: Values): string {
  return [word(values['direction']), word(values['kind'])].filter((part) => part !== undefined).join(' ') || 'unknown';
}

function factsOf(values: Values): string {
  const counted = (label: string, name: string): string | undefined => {
    const value = figure(values[name]);
    return value === undefined || value === '0' ? undefined : `${label} ${value}`;
  };
  const share = (label: string, name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'number' && value > 0 ? measured(label, value, 100, '%') : undefined;
  };
  return [
    kindOf(values),
    codec(values['codecMimeType']),
    ...lasted(values['duration']),
    measured('first media after', values['timeToFirstFrame'], 1, 'ms'),
    sizeOf(values),
    counted('frames', 'frameCount'),
    counted('dropped frames', 'framesDropped'),
    counted('freezes', 'freezeCount'),
    counted('frozen seconds', 'totalFreezesDuration'),
    share('concealed', 'concealmentPercentage'),
    share('slowed down', 'decelerationPercentage'),
    share('sped up', 'accelerationPercentage'),
    measured('mean jitter buffer', values['averageJitterBufferDelay'], 1000, 'ms'),
    measured('mean decoding', values['averageDecodeTime'], 1000, 'ms per frame'),
    measured('mean encoding', values['averageEncodeTime'], 1000, 'ms per frame'),
    share('time limited by bandwidth', 'bandwidthQualityLimitationPercentage'),
    share('time limited by cpu', 'cpuQualityLimitationPercentage'),
    counted('NACK', 'nackCount'),
    counted('PLI', 'pliCount'),
    counted('FIR', 'firCount'),
    word(values['encoderImplementation']) && `encoder ${word(values['encoderImplementation'])}`,
    word(values['decoderImplementation']) && `decoder ${word(values['decoderImplementation'])}`,
    values['hasNullVideoDecoder'] === true ? 'at some time there was no decoder' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `480x270 to 640x360, mostly 640x360 px` */
function sizeOf(values: Values): string | undefined {
  const size = (name: string): string | undefined => {
    const [width, height] = [figure(values[`${name}Width`]), figure(values[`${name}Height`])];
    return width === undefined || height === undefined ? undefined : `${width}x${height}`;
  };
  const [min, max, common] = [size('min'), size('max'), size('common')];
  if (min === undefined || max === undefined) return undefined;
  if (min === max) return `${max} px`;
  return `${min} to ${max}${common === undefined ? '' : `, mostly ${common}`} px`;
}
