import { statsPropertyCode, statsTypeCode } from '@rtcstats-server/dump';

type Report = Readonly<Record<string, unknown>>;

/**
 * Delta compression of `getStats()` results as in rtcstats-js: unchanged properties are omitted, a removed report is
 * null, names are replaced by the numbers of the protocol, and the newest timestamp is sent once, as `t`. Use one
 * instance for each connection.
 */
export class StatsDelta {
  #before = new Map<string, Report>();

  next(stats: Iterable<readonly [string, Report]>): Record<string, unknown> {
    const now = new Map(stats);
    const newest = Math.max(0, ...[...now.values()].map(({ timestamp }) => Number(timestamp)));
    const delta: Record<string, unknown> = {};
    for (const id of this.#before.keys()) if (!now.has(id)) delta[id] = null;
    for (const [id, report] of now) {
      const changed = difference(this.#before.get(id), report, newest);
      if (Object.keys(changed).length > 0) delta[id] = changed;
    }
    this.#before = now;
    return { ...delta, t: newest };
  }
}

function difference(before: Report | undefined, report: Report, newest: number): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(report)) {
    if (name === 'id' || (name === 'timestamp' && value === newest)) continue;
    if (before !== undefined && JSON.stringify(before[name]) === JSON.stringify(value)) continue;
    changed[statsPropertyCode(name)] = name === 'type' ? statsTypeCode(String(value)) : value;
  }
  return changed;
}
