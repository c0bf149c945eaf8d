import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** How busy the machine was during a call. A busy machine is a fault of its own. */
export interface MachineLoad {
  /** Load average of one minute at the end, by core. */
  readonly loadPerCore: number;
  /** Share of the CPU time of all cores in use, 0 to 1. */
  readonly busy: number;
  /** Share of the time in which some process waited for a core (PSI, "some"), 0 to 1; null if the kernel does not tell. */
  readonly waiting: number | null;
  /** 99th percentile of how late the proxy is for its timers, in milliseconds. */
  readonly proxyLateMs: number;
  /** 95th percentile of how late timers of the pages are, in milliseconds, of the worse side. */
  readonly pageLateMs: number;
  readonly overloaded: boolean;
}

/** Beyond these, packets or frames are late because of the machine, not because of the injected fault. */
const MAX_PROXY_LATE_MS = 25;
const MAX_PAGE_LATE_MS = 80;

/** Measures from its creation on. */
export class MachineMeter {
  readonly #before = times();
  readonly #waitedBefore = waitedMicroseconds();
  readonly #startedAt = performance.now();

  /**
   * @param proxyLateMs 99th percentile of the thread of the proxy
   * @param lateness of the timers of the pages, in milliseconds, by page
   */
  result(proxyLateMs: number, lateness: readonly (readonly number[])[]): MachineLoad {
    const after = times();
    const total = after.total - this.#before.total;
    const waited = waitedMicroseconds();
    const elapsed = (performance.now() - this.#startedAt) * 1000;
    const pageLateMs = Math.max(0, ...lateness.map((values) => quantile(values, 0.95)));
    return {
      loadPerCore: round(loadavg()[0]! / cpus().length),
      busy: round(total === 0 ? 0 : 1 - (after.idle - this.#before.idle) / total),
      waiting:
        waited === undefined || this.#waitedBefore === undefined
          ? null
          : round((waited - this.#waitedBefore) / elapsed),
      proxyLateMs: round(proxyLateMs),
      pageLateMs: round(pageLateMs),
      overloaded: proxyLateMs > MAX_PROXY_LATE_MS || pageLateMs > MAX_PAGE_LATE_MS,
    };
  }
}

function times(): { total: number; idle: number } {
  let [total, idle] = [0, 0];
  for (const { times: core } of cpus()) {
    total += core.user + core.nice + core.sys + core.irq + core.idle;
    idle += core.idle;
  }
  return { total, idle };
}

function waitedMicroseconds(): number | undefined {
  try {
    return Number(/^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
