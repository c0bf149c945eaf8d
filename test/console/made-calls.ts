import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import type { AnalysisRow } from '../../packages/server/src/catalog/analyses.ts';
import type { SessionRow } from '../../packages/server/src/catalog/sessions.ts';
import { openSqliteCatalog } from '../../packages/server/src/catalog/sqlite.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The current week, and the one that it is compared with. */
const DAYS = 14;
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15';
const USER_AGENTS = [CHROME, CHROME, CHROME, FIREFOX, FIREFOX, SAFARI];

/** Numbers of calls with each verdict on a day of the current week, and before it. */
const MIX = {
  now: { good: 22, degraded: 6, bad: 5, failed: 2, notJudged: 1 },
  before: { good: 24, degraded: 5, bad: 2, failed: 1, notJudged: 1 },
} as const;
type Verdict = keyof (typeof MIX)['now'];

const ANALYSES: Readonly<Record<Verdict, Partial<AnalysisRow>>> = {
  good: { verdict: 'good', experience: 94, severity: 'low', problems: [] },
  degraded: {
    verdict: 'degraded',
    experience: 77,
    severity: 'medium',
    problems: [{ name: 'high-rtt', severity: 'medium' }],
  },
  bad: { verdict: 'bad', experience: 52, severity: 'high', problems: [{ name: 'packet-loss', severity: 'high' }] },
  failed: {
    verdict: 'failed',
    experience: 0,
    severity: 'critical',
    problems: [{ name: 'ice-failed', severity: 'critical' }],
  },
  notJudged: { verdict: 'notJudged', experience: null, severity: null, problems: [] },
};

/**
 * Writes calls of two weeks into a catalog that no gateway uses yet. The second week is worse than the first, and one
 * day has no calls.
 *
 * @param now milliseconds since the epoch; the current day has calls as well
 * @returns the number of calls of the last seven days
 */
export async function writeMadeCalls(path: string, now: number): Promise<number> {
  const catalog = openSqliteCatalog(path);
  await catalog.migrate();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  let number = 0;
  let ofThisWeek = 0;
  for (let day = 0; day < DAYS; day++) {
    const begin = today - (DAYS - 1 - day) * DAY_MS;
    if (day === DAYS - 4) continue;
    const isCurrent = day >= DAYS / 2;
    for (const [verdict, mean] of Object.entries(isCurrent ? MIX.now : MIX.before) as [Verdict, number][]) {
      const calls = mean + (verdict === 'good' || verdict === 'bad' ? (day * 5) % 4 : 0);
      for (let index = 0; index < calls; index++) {
        const id = `01a20000-0000-7000-8000-${String(number++).padStart(12, '0')}`;
        await catalog.sessions.put(sessionOf(id, begin, number), {
          ...analysisRow(ANALYSES[verdict]),
          call: { setupMs: verdict === 'failed' ? null : 400 + (number % 20) * 60, network: null, route: 'direct' },
          observations: [],
        });
        if (isCurrent) ofThisWeek += 1;
      }
    }
  }
  while ((await catalog.rollups.fold(1000, new Date(now).toISOString())) > 0);
  await catalog.close();
  return ofThisWeek;
}

function sessionOf(id: string, day: number, number: number): SessionRow {
  const startedAt = new Date(day + (number % 9) * HOUR_MS + number * 1000);
  return sessionRow(id, {
    startedAt: startedAt.toISOString(),
    endedAt: new Date(startedAt.getTime() + 300_000).toISOString(),
    userAgent: USER_AGENTS[number % USER_AGENTS.length]!,
    country: ['DE', 'FR', 'US'][number % 3]!,
    origin: number % 4 === 0 ? 'https://support.example.com' : 'https://meet.example.com',
  });
}
