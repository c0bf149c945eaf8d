import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';

/** Writes analyses, replaces each of them once, and counts all that, until it is killed. Arguments: file, run. */
const [file = '', run = ''] = process.argv.slice(2);
const catalog = openSqliteCatalog(file);
const now = '2026-03-02T00:00:00.000Z';

async function write(): Promise<never> {
  for (let index = 0; ; index++) {
    const session = sessionRow(`${run}-${index}`);
    await catalog.sessions.put(session, analysisRow());
    await catalog.sessions.put(session, analysisRow({ verdict: 'good', experience: 95, problems: [] }));
    if (index % 5 === 0) process.stdout.write('.');
  }
}

async function count(): Promise<never> {
  for (;;) {
    await catalog.rollups.fold(7, now);
    await new Promise(setImmediate);
  }
}

await Promise.all([write(), count()]);
