import { type Contribution, OTHER, parseContribution, type RollupDimension, UNKNOWN } from './contribution.ts';
import { addToBin, type Histogram, histogramText, parseHistogram, setupBin } from './histogram.ts';
import { DAY_LENGTH, MONTH_LENGTH, type StoredGranularity } from './rollup-parts.ts';
import { MAX_VALUES, MAX_VALUES_PER_MONTH } from './rollups.ts';
import type { RollupsTable } from './schema.ts';

/** Values that are counted whatever the number of values. */
const ALWAYS_ALLOWED: ReadonlySet<string> = new Set(['', OTHER, UNKNOWN]);

/** Where a call is counted. */
interface Place {
  readonly granularity: StoredGranularity;
  readonly period: string;
  readonly dimension: RollupDimension;
  readonly value: string;
}

/** The rows of a period that changes need. */
export interface NeededRows {
  readonly granularity: StoredGranularity;
  readonly period: string;
  /** By dimension. */
  readonly values: ReadonlyMap<RollupDimension, ReadonlySet<string>>;
}

/** A change of the rollups, as it is queued. */
export interface QueuedChange {
  readonly sign: number;
  readonly contribution: string;
}

type Column = 'good' | 'degraded' | 'bad' | 'failed' | 'not_judged';
const COLUMN_OF_VERDICT: Readonly<Record<Contribution['verdict'], Column>> = {
  good: 'good',
  degraded: 'degraded',
  bad: 'bad',
  failed: 'failed',
  notJudged: 'not_judged',
};

/** A row that is being changed. */
type Cell = Place & Record<Column | 'calls', number> & { readonly experience: Histogram; readonly setup: Histogram };

/**
 * Applies changes to rows of the rollups, in memory:
 *
 *     const cells = new RollupCells(changes, firstHour);
 *     for (const needed of cells.needed()) {
 *       const dimensions = cells.load(needed, rows);
 *       cells.loadNumbers(needed, numbersOfValues);
 *     }
 *     cells.apply();
 *     write(cells.rows());
 */
export class RollupCells {
  readonly #changes: readonly { readonly sign: number; readonly call: Contribution }[];
  readonly #firstHour: string;
  readonly #cells = new Map<string, Cell>();
  readonly #touched = new Set<Cell>();
  /** Number of values by period and dimension. */
  readonly #values = new Map<string, number>();

  /** @param firstHour calls of earlier hours are counted per day only */
  constructor(changes: readonly QueuedChange[], firstHour: string) {
    this.#changes = changes.map(({ sign, contribution }) => ({ sign, call: parseContribution(contribution) }));
    this.#firstHour = firstHour;
  }

  /** The rows that have to be loaded, by period. */
  needed(): NeededRows[] {
    const needed = new Map<
      string,
      Omit<NeededRows, 'values'> & { readonly values: Map<RollupDimension, Set<string>> }
    >();
    for (const { call } of this.#changes) {
      for (const { granularity, period, dimension, value } of this.#places(call)) {
        const key = `${granularity}\0${period}`;
        let rows = needed.get(key);
        if (!rows) {
          rows = { granularity, period, values: new Map() };
          needed.set(key, rows);
        }
        const values = rows.values.get(dimension);
        if (values) values.add(value);
        else rows.values.set(dimension, new Set([OTHER, value]));
      }
    }
    return Array.from(needed.values());
  }

  /**
   * @param rows those of the needed rows that exist
   * @returns the dimensions with values that are new in the period, whose number of values has to be loaded
   */
  load({ granularity, period, values }: NeededRows, rows: readonly RollupsTable[]): RollupDimension[] {
    for (const row of rows) {
      const cell = { ...row, experience: parseHistogram(row.experience), setup: parseHistogram(row.setup) } as Cell;
      this.#cells.set(cellKey(cell), cell);
    }
    const isNew = (dimension: RollupDimension, value: string): boolean =>
      !ALWAYS_ALLOWED.has(value) && !this.#cells.has(cellKey({ granularity, dimension, period, value }));
    return Array.from(values)
      .filter(([dimension, names]) => Array.from(names).some((value) => isNew(dimension, value)))
      .map(([dimension]) => dimension);
  }

  /** @param counts the number of values of dimensions, without those that are always allowed */
  loadNumbers({ granularity, period }: NeededRows, counts: ReadonlyMap<string, number>): void {
    for (const [dimension, count] of counts) this.#values.set(`${granularity}\0${period}\0${dimension}`, count);
  }

  apply(): void {
    for (const { sign, call } of this.#changes) {
      for (const place of this.#places(call)) {
        const cell = sign > 0 ? this.#cellFor(place) : this.#cellOf(place);
        if (cell === undefined) continue;
        cell.calls += sign;
        cell[COLUMN_OF_VERDICT[call.verdict]] += sign;
        if (call.experience !== null) addToBin(cell.experience, call.experience, sign);
        if (call.setupMs !== null) addToBin(cell.setup, setupBin(call.setupMs), sign);
        this.#touched.add(cell);
      }
    }
  }

  /** The rows that were changed. */
  rows(): RollupsTable[] {
    return Array.from(this.#touched, (cell) => ({
      ...cell,
      experience: histogramText(cell.experience),
      setup: histogramText(cell.setup),
    }));
  }

  *#places({ hour, values }: Contribution): Generator<Place, void> {
    const day = hour.slice(0, DAY_LENGTH);
    const month = hour.slice(0, MONTH_LENGTH);
    for (const [dimension, value] of values) {
      if (hour >= this.#firstHour) yield { granularity: 'hour', period: hour, dimension, value };
      yield { granularity: 'day', period: day, dimension, value };
      yield { granularity: 'month', period: month, dimension, value };
    }
  }

  /**
   * The cell in which a call was counted. Rows are never deleted while their period is kept, so a value that was
   * counted as `other` has no row of its own later.
   */
  #cellOf(place: Place): Cell | undefined {
    return this.#cells.get(cellKey(place)) ?? this.#cells.get(cellKey({ ...place, value: OTHER }));
  }

  /** The cell in which a call is to be counted. */
  #cellFor(place: Place): Cell {
    const known = this.#cells.get(cellKey(place));
    if (known) return known;
    const key = `${place.granularity}\0${place.period}\0${place.dimension}`;
    const count = this.#values.get(key) ?? 0;
    if (ALWAYS_ALLOWED.has(place.value)) return this.#create(place);
    if (count >= (place.granularity === 'month' ? MAX_VALUES_PER_MONTH : MAX_VALUES))
      return this.#cellFor({ ...place, value: OTHER });
    this.#values.set(key, count + 1);
    return this.#create(place);
  }

  #create(place: Place): Cell {
    const counts = { calls: 0, good: 0, degraded: 0, bad: 0, failed: 0, not_judged: 0 };
    const cell: Cell = { ...place, ...counts, experience: new Map(), setup: new Map() };
    this.#cells.set(cellKey(cell), cell);
    return cell;
  }
}

function cellKey({ granularity, period, dimension, value }: Place): string {
  return `${granularity}\0${period}\0${dimension}\0${value}`;
}
