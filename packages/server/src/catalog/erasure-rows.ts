import type { Erasure, ErasureKind, ErasureOutcome, NewErasure, OpenErasure, SessionReport } from './erasures.ts';
import { toText } from './rows.ts';
import type { ErasuresTable } from './schema.ts';

/** Sessions of an erasure that remain and have the same report. */
export interface RemainingReports {
  readonly erasure: string;
  /** JSON text of a `SessionReport`; null before the first try. */
  readonly report: string | null;
  /** PostgreSQL returns counts as text. */
  readonly count: number | string | bigint;
}

type Places = Record<string, Partial<Record<ErasureOutcome, number>>>;

export function toErasuresTable(erasure: NewErasure): ErasuresTable {
  return {
    id: erasure.id,
    kind: erasure.kind,
    subject: erasure.subject,
    hashes: JSON.stringify(erasure.hashes),
    names: JSON.stringify(erasure.names.map((name) => toText(name))),
    requested_at: erasure.requestedAt,
    finished_at: null,
    asked_by: toText(erasure.by),
    sessions: 0,
    live: 0,
    places: '{}',
    claim: null,
    claimed_until: null,
  };
}

export function erasureOf(row: ErasuresTable, reports: readonly RemainingReports[]): Erasure {
  const places = JSON.parse(row.places) as Places;
  const waitsFor: Record<string, number> = {};
  for (const { erasure, report: text, count } of reports) {
    const report = erasure === row.id ? reportOf(text) : null;
    if (report === null) continue;
    addReport(places, report, Number(count));
    if (report.waitsFor !== null) waitsFor[report.waitsFor] = (waitsFor[report.waitsFor] ?? 0) + Number(count);
  }
  return {
    ...commonOf(row),
    finishedAt: row.finished_at,
    sessions: row.sessions,
    live: row.live,
    places,
    waitsFor,
  };
}

export function openErasureOf(row: ErasuresTable, reports: readonly RemainingReports[]): OpenErasure {
  const own = reports.filter(({ erasure }) => erasure === row.id);
  const remaining = own.reduce((sum, { count }) => sum + Number(count), 0);
  return { ...commonOf(row), names: JSON.parse(row.names ?? '[]') as string[], remaining };
}

function commonOf(row: ErasuresTable): Omit<NewErasure, 'names'> {
  return {
    id: row.id,
    kind: row.kind as ErasureKind,
    subject: row.subject,
    hashes: JSON.parse(row.hashes) as string[],
    requestedAt: row.requested_at,
    by: row.asked_by,
  };
}

export function reportOf(text: string | null): SessionReport | null {
  return text === null ? null : (JSON.parse(text) as SessionReport);
}

/** Whether nothing is left to do for the session. */
export function isFinal({ places }: SessionReport): boolean {
  return Object.values(places).every((outcome) => outcome === 'removed' || outcome === 'absent');
}

/** The JSON text of the counts with those of another session. */
export function withReport(text: string, report: SessionReport): string {
  const places = JSON.parse(text) as Places;
  addReport(places, report, 1);
  return JSON.stringify(places);
}

function addReport(places: Places, report: SessionReport, sessions: number): void {
  for (const [place, outcome] of Object.entries(report.places)) {
    const counts = places[place] ?? {};
    places[place] = { ...counts, [outcome]: (counts[outcome] ?? 0) + sessions };
  }
}
