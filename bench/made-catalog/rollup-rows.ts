import { setupBin } from '../../packages/server/src/catalog/histogram.ts';
import type { StoredGranularity } from '../../packages/server/src/catalog/rollup-parts.ts';
import { HOURS_KEPT_DAYS, MAX_VALUES, MAX_VALUES_PER_MONTH } from '../../packages/server/src/catalog/rollups.ts';
import type { RollupsTable } from '../../packages/server/src/catalog/schema.ts';
import { END, type MadeCall, madeCall, startOf, VALUES } from './calls.ts';

const SCORES = 101;
/** More than the bin of the longest setup time. */
const SETUP_BINS = 400;
const BANDS = ['0-19', '20-39', '40-59', '60-79', '80-100'];
const DIMENSIONS = ['browser', 'os', 'country', 'origin', 'network', 'route'] as const;

interface Cell {
  readonly counts: Record<MadeCall['verdict'], number>;
  readonly experience: Int32Array;
  readonly setup: Int32Array;
}

/**
 * The rows that counting the calls gives, without the queue, because folding ten million calls takes an hour. The
 * benchmark compares both for some calls first.
 */
export function* rollupRows(calls: number): Generator<RollupsTable, void> {
  const firstHour = new Date(END - HOURS_KEPT_DAYS * 86_400_000).toISOString().slice(0, 13);
  const month = new Period('month');
  const day = new Period('day');
  const hour = new Period('hour');
  for (let index = 0; index < calls; index++) {
    const at = new Date(startOf(index, calls)).toISOString();
    const call = madeCall(index);
    yield* month.add(at.slice(0, 7), call);
    yield* day.add(at.slice(0, 10), call);
    if (at.slice(0, 13) >= firstHour) yield* hour.add(at.slice(0, 13), call);
  }
  yield* month.end();
  yield* day.end();
  yield* hour.end();
}

/** The counts of one period at a time. */
class Period {
  readonly #granularity: StoredGranularity;
  #name = '';
  #cells = new Map<string, Map<string, Cell>>();

  constructor(granularity: StoredGranularity) {
    this.#granularity = granularity;
  }

  /** Counts a call; calls come in the order of time. @returns the rows of the period that it ends, if it ends one */
  *add(name: string, call: MadeCall): Generator<RollupsTable, void> {
    if (name !== this.#name) yield* this.end();
    this.#name = name;
    const bin = setupBin(call.setupMs);
    const count = (dimension: string, value: string): void => {
      const cell = this.#cell(dimension, value);
      cell.counts[call.verdict]++;
      cell.experience[call.experience]!++;
      cell.setup[bin]!++;
    };
    count('all', '');
    for (const dimension of DIMENSIONS) count(dimension, VALUES[dimension][call[dimension]]!);
    count('score', BANDS[Math.min(BANDS.length - 1, Math.floor(call.experience / 20))]!);
    for (const problem of call.problems) count('observation', VALUES.observation[problem]!);
  }

  *end(): Generator<RollupsTable, void> {
    for (const [dimension, cells] of this.#cells) {
      for (const [value, { counts, experience, setup }] of cells) {
        yield {
          granularity: this.#granularity,
          dimension,
          period: this.#name,
          value,
          calls: counts.good + counts.degraded + counts.bad + counts.failed,
          ...counts,
          not_judged: 0,
          experience: histogramText(experience),
          setup: histogramText(setup),
        };
      }
    }
    this.#cells = new Map();
  }

  #cell(dimension: string, value: string): Cell {
    const cells = this.#cells.get(dimension) ?? new Map<string, Cell>();
    this.#cells.set(dimension, cells);
    const known = cells.get(value);
    if (known) return known;
    const values = cells.size - (cells.has('other') ? 1 : 0);
    const most = this.#granularity === 'month' ? MAX_VALUES_PER_MONTH : MAX_VALUES;
    if (values >= most && value !== 'other') return this.#cell(dimension, 'other');
    const cell = {
      counts: { good: 0, degraded: 0, bad: 0, failed: 0 },
      experience: new Int32Array(SCORES),
      setup: new Int32Array(SETUP_BINS),
    };
    cells.set(value, cell);
    return cell;
  }
}

function histogramText(bins: Int32Array): string {
  const flat: number[] = [];
  for (const [bin, count] of bins.entries()) if (count > 0) flat.push(bin, count);
  return JSON.stringify(flat);
}
