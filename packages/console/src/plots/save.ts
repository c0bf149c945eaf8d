import type { Chart } from '@rtcstats-server/insights';
import { saveFile } from '../ui/save-file.ts';
import { csvOf } from './csv.ts';
import { resolveColor } from './plot-colors.ts';

const MARGIN = 12;
const LINE_HEIGHT = 18;

/** Saves the values of a chart as a CSV file. */
export function saveCsv(chart: Chart): void {
  saveFile(new Blob([csvOf(chart)], { type: 'text/csv' }), `${fileName(chart)}.csv`);
}

/** Saves the plot as it is shown as a PNG file, with its title and the names of its lines. */
export function savePng(chart: Chart, drawn: HTMLCanvasElement, colors: readonly string[]): void {
  const scale = window.devicePixelRatio;
  const names = chart.lines.map(({ label }) => label);
  const height = drawn.height / scale + (names.length + 2) * LINE_HEIGHT + 2 * MARGIN;
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width + 2 * MARGIN * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = resolveColor('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = resolveColor('--ink');
  context.font = '600 14px system-ui, sans-serif';
  context.fillText(chart.title, MARGIN, MARGIN + 12);
  const top = MARGIN + LINE_HEIGHT + 4;
  context.drawImage(drawn, MARGIN, top, drawn.width / scale, drawn.height / scale);
  context.font = '12px system-ui, sans-serif';
  for (const [at, name] of names.entries()) {
    const y = top + drawn.height / scale + (at + 1) * LINE_HEIGHT;
    context.fillStyle = colors[at]!;
    context.fillRect(MARGIN, y - 6, 12, 3);
    context.fillStyle = resolveColor('--ink');
    context.fillText(name, MARGIN + 20, y);
  }
  canvas.toBlob((blob) => blob && saveFile(blob, `${fileName(chart)}.png`), 'image/png');
}

function fileName({ id }: Chart): string {
  return id.replace(/[^\w.-]+/g, '_');
}
