import type { Chart } from '@rtcstats-server/insights';

/** The values of a chart as CSV (RFC 4180): one row per time, in UTC, and one column per line. Gaps are empty. */
export function csvOf(chart: Chart): string {
  const head = ['time', ...chart.lines.map(({ label }) => `${label} (${chart.unit})`)].map(quoted).join(',');
  const rows = Array.from(chart.x, (time, at) =>
    [
      new Date(time * 1000).toISOString(),
      ...chart.lines.map(({ values }) => (Number.isNaN(values[at]!) ? '' : String(values[at]))),
    ].join(','),
  );
  return `${[head, ...rows].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
