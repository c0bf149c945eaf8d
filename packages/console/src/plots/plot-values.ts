import type { Chart, Unit } from '@rtcstats-server/insights';
import { formatBitrate, formatTime, formatValue } from '../ui/format.ts';

export function formatWithUnit(unit: Unit, value: number): string {
  switch (unit) {
    case 'bit/s':
      return formatBitrate(value);
    case 'ms':
    case '%':
    case 'fps':
      return `${formatValue(Number(value.toPrecision(3)))} ${unit}`;
    case 'pixels':
      return `${Math.round(value)} px`;
    default:
      return formatValue(Number(value.toPrecision(6)));
  }
}

/** The labels of an axis. One that reads like the label before it is left out. */
export function distinctLabels(labels: readonly string[]): string[] {
  return labels.map((label, at) => (label === labels[at - 1] ? '' : label));
}

/** A time on an axis whose ticks are `step` seconds apart; with milliseconds if the step needs them. */
export function timeLabel(seconds: number, step: number): string {
  const time = formatTime(seconds * 1000);
  return step < 1 ? `${time}.${String(Math.round((seconds % 1) * 1000) % 1000).padStart(3, '0')}` : time;
}

/** Whether all values are 0, so that the plot would be a flat line. */
export function isFlatZero(chart: Chart): boolean {
  return chart.lines.every(({ values }) => values.every((value) => Number.isNaN(value) || value === 0));
}

/** The last value of a chart with one line. */
export function latestText(chart: Chart): string {
  const last = chart.lines.length === 1 ? chart.lines[0]!.values.findLast((value) => !Number.isNaN(value)) : undefined;
  return last === undefined ? '' : `last ${formatWithUnit(chart.unit, last)}`;
}

/** The range of each line, for screen readers. */
export function describeRanges(chart: Chart): string {
  const lines = chart.lines.map(({ label, values }) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return `${label} from ${formatWithUnit(chart.unit, low)} to ${formatWithUnit(chart.unit, high)}`;
  });
  return `${chart.title}: ${lines.join('; ')}`;
}
