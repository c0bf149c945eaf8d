import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { contributionText } from '../packages/server/src/catalog/contribution.ts';
import { QueueFixture } from '../packages/server/src/finish/testing/queue-fixture.ts';
import { VerifierThreads } from '../packages/server/src/finish/verifier-threads.ts';
import type { ClosedSession } from '../packages/server/src/spool/record.ts';
import { analysisRow } from '../packages/testing/src/session-row.ts';
import { recordings } from './corpus.ts';
import { contributionOf, madeCall, VALUES } from './made-catalog/calls.ts';
import { cpu, median } from './measure.ts';

const STANDARD = presetPolicy('standard');
const START = '2026-03-01T10:00:00.000Z';
/** Calls of the same hour that are counted before, so that the rows have values and bins. */
const EARLIER_CALLS = 5000;
const PAIRS = 6;
const NOW = '2026-03-01T11:00:00.000Z';
const CONTRIBUTIONS = 20_000;

/** Milliseconds of CPU time. */
interface Costs {
  readonly all: number;
  /** The part of folding. */
  readonly fold: number;
}

/**
 * Prints what counting calls for the overview adds to the CPU time of finishing their sessions: the rows that a
 * transaction queues, and folding them. Sessions of real calls of about one minute are verified, analyzed, compressed,
 * stored and recorded in SQLite by the real queue.
 *
 *     npm run bench:rollups
 */
async function benchRollups(): Promise<void> {
  const calls = recordings().map(({ bytes }) => anonymizedLines(bytes.toString()));
  console.log(`Finishing with and without counting for the overview, CPU time, median of ${PAIRS} pairs of runs`);
  // The gateway counts every five seconds.
  await report(calls, 100, 1);
  await report(calls, 1, 10);
  const text = contributionCost();
  console.log(`  both have to make the text of what a call adds: ${(text * 1000).toFixed(0)} µs per call`);
}

/**
 * @param together sessions that are finished, and then counted, at once
 * @param times how often a run does that
 */
async function report(calls: readonly (readonly Buffer[])[], together: number, times: number): Promise<void> {
  const counting = await openFixture(true);
  const plain = await openFixture(false);
  const runs: { readonly plain: Costs; readonly counting: Costs }[] = [];
  try {
    // The first run warms up.
    for (let run = -1; run < PAIRS; run++) {
      const name = `${together}-${run + 1}`;
      const finishWith = (fixture: QueueFixture): Promise<Costs> => finish(fixture, calls, together, times, name);
      // In turn, because the second one finds more of the code compiled and of the files in memory.
      const first = run % 2 === 0 ? plain : counting;
      const costs = new Map([[first, await finishWith(first)]]);
      const second = first === plain ? counting : plain;
      costs.set(second, await finishWith(second));
      if (run >= 0) runs.push({ plain: costs.get(plain)!, counting: costs.get(counting)! });
    }
  } finally {
    await counting.close();
    await plain.close();
  }
  const sessions = together * times;
  const perSession = (costOf: (run: (typeof runs)[number]) => number): string =>
    `${(median(runs.map(costOf)) / sessions).toFixed(2)} ms`;
  const share = median(runs.map((run) => run.counting.all / run.plain.all - 1));
  console.log(
    `  ${together} counted at once: ${perSession((run) => run.plain.all)} per session without and ` +
      `${perSession((run) => run.counting.all)} with counting, ${(share * 100).toFixed(1)} % more; ` +
      `folding is ${perSession((run) => run.counting.fold)} of it`,
  );
}

async function openFixture(counts: boolean): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  const database = new DatabaseSync(join(fixture.directory, 'catalog.sqlite'));
  const insert = database.prepare('insert into rollup_changes (sign, contribution) values (1, ?)');
  for (let index = 0; index < EARLIER_CALLS; index++) insert.run(contributionOf(madeCall(index), Date.parse(START)));
  await fold(fixture);
  if (!counts) {
    database.exec('create trigger uncounted before insert on rollup_changes begin select raise(ignore); end');
  }
  database.close();
  return fixture;
}

async function finish(
  fixture: QueueFixture,
  calls: readonly (readonly Buffer[])[],
  together: number,
  times: number,
  name: string,
): Promise<Costs> {
  const threads = new VerifierThreads();
  const queue = fixture.createQueue({
    analyzes: true,
    createVerifier: (_, bytes, analyze) => threads.verifier(STANDARD, bytes, analyze),
  });
  let all = 0;
  let folding = 0;
  for (let round = 0; round < times; round++) {
    const sessions = await Promise.all(
      Array.from({ length: together }, (_, index) => {
        const number = round * together + index;
        return closedSession(fixture, `${name}-${number}`, number, calls[number % calls.length]!);
      }),
    );
    const before = cpu();
    for (const session of sessions) queue.add(session);
    while (queue.size > 0) await pause(2);
    const finished = cpu();
    await fold(fixture);
    folding += cpu() - finished;
    all += cpu() - before;
  }
  return { all, fold: folding };
}

async function fold({ catalog }: QueueFixture): Promise<void> {
  while ((await catalog.rollups.fold(100, NOW)) > 0);
}

async function closedSession(
  { spool }: QueueFixture,
  id: string,
  number: number,
  lines: readonly Buffer[],
): Promise<ClosedSession> {
  const { browser, origin } = madeCall(number);
  const anonymizer = new Anonymizer(compilePolicy(STANDARD));
  const header = {
    id,
    startedAt: START,
    user: null,
    conference: null,
    session: null,
    signed: [],
    origin: VALUES.origin[origin]!,
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + browser}.0.0.0 Safari/537.36`,
    policy: 'standard',
    keyId: 'e684',
  };
  const file = spool.create(header, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: () => {} });
  for (const line of lines) file.append(line as never);
  const trailer = { endedAt: '2026-03-01T10:01:00.000Z', closeCode: 1000, receipt: anonymizer.receipt() };
  return (await file.close(anonymizer.closeEvent(1000, 1), trailer)) as ClosedSession;
}

function anonymizedLines(text: string): readonly Buffer[] {
  const anonymizer = new Anonymizer(compilePolicy(STANDARD));
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => anonymizer.message(Buffer.from(line)) ?? [])
    .map((line) => Buffer.from(line));
}

/** Milliseconds of CPU time. */
function contributionCost(): number {
  const session = { started_at: START, user_agent: 'Mozilla/5.0', country: 'DE', origin: VALUES.origin[0]! };
  const analysis = analysisRow();
  const before = cpu();
  for (let index = 0; index < CONTRIBUTIONS; index++) contributionText(session, analysis);
  return (cpu() - before) / CONTRIBUTIONS;
}

if (import.meta.main) await benchRollups();
