import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canFreezeDisks, FrozenDisk } from '@rtcstats-server/testing/frozen-disk';
import { freeze } from './frozen-disk.ts';

// npm run frozen-disk -- [--seconds 30] [--sessions 2000] [--lasting 100] [--processes 1]

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    sessions: { type: 'string', default: '2000' },
    lasting: { type: 'string', default: '100' },
    processes: { type: 'string', default: '1' },
  },
});
if (!canFreezeDisks()) {
  console.error('frozen-disk needs Linux and a C compiler (cc).');
  process.exit(2);
}
const scratch = await mkdtemp(join(tmpdir(), 'rtcstats-frozen-'));
try {
  const report = await freeze({
    disk: new FrozenDisk(scratch),
    seconds: Number(values.seconds),
    sessions: Number(values.sessions),
    lasting: Number(values.lasting),
    environment: { RTCSTATS_SERVER_PROCESSES: values.processes },
  });
  console.log(report);
  const met = report.lost === 0 && report.healthcheck < 1000 && report.exitCode === 0;
  process.exitCode = met && report.meanwhile === Number(values.sessions) ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
