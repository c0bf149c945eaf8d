import type { Observation } from '@rtcstats-server/insights';
import { formatDuration, formatName, formatValue } from '../ui/format.ts';

/** Units at the end of the names of numbers, and how such a number is written. */
const UNITS: readonly (readonly [suffix: RegExp, write: (value: number) => string])[] = [
  [/Ms$/, (value) => (value < 1000 ? `${formatValue(value)} ms` : formatDuration(value))],
  [/Share$/, (value) => `${formatValue(Number((value * 100).toPrecision(3)))} %`],
  [/Dbfs$/, (value) => `${formatValue(value)} dBFS`],
];

/** The numbers that an observation is based on, with their units: `max loss 9.66 %, lost packets 154`. */
export function evidenceText(evidence: Observation['evidence']): string {
  return Object.entries(evidence)
    .map(([key, value]) => {
      const unit = typeof value === 'number' ? UNITS.find(([suffix]) => suffix.test(key)) : undefined;
      if (unit === undefined) return `${formatName(key)} ${typeof value === 'number' ? formatValue(value) : value}`;
      return `${formatName(key.replace(unit[0], ''))} ${unit[1](value as number)}`;
    })
    .join(', ');
}
