import { join } from 'node:path';
import { conferenceAnalysis } from '@rtcstats-server/api';
import { ANALYSIS_VERSION, type AnalysisDocument } from '@rtcstats-server/insights';
import { RECORDINGS, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';

const cwd = temporaryDirectory();
const fault = (name: string): string => join(RECORDINGS, 'faults', `${name}.raw.gz`);
const analyze = async (...args: string[]) => await runProgram(['analyze', ...args], { cwd });

async function documentOf(name: string): Promise<string> {
  const { stdout } = await analyze(fault(name), '--json');
  expect((JSON.parse(stdout) as AnalysisDocument).analysisVersion).toBe(ANALYSIS_VERSION);
  return stdout;
}

beforeAll(async () => {
  const [bad, good] = [await documentOf('loss-8pct-firefox.a'), await documentOf('healthy-av-chromium.a')];
  const catalog = await openCatalog(createConfig({}, cwd));
  await catalog.migrate();
  for (const user of ['anna', 'ben', 'cleo']) {
    const document = user === 'anna' ? bad : good;
    await catalog.sessions.put(sessionRow(user, { user, conference: 'room' }), analysisRow({ document }));
  }
  await catalog.sessions.put(sessionRow('live', { conference: 'room', state: 'recording', endedAt: null }));
  await catalog.close();
});

const conference = async (name: string, ...args: string[]) =>
  await analyze('--data', 'data', '--conference', name, '--utc', ...args);

describe('analyze --conference', () => {
  it('says whose network is at fault, and which sessions are missing', async () => {
    const { code, stdout } = await conference('room');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^2 causes {2}.*3 participants, 3 sessions, clocks ± /);
    expect(stdout).toMatch(/participant-downlink {2}participant anna\n/);
    expect(stdout).toMatch(/participants 3, .*others 2, othersAffected 0/);
    expect(stdout).toMatch(/not compared {2}live: recording\n$/);
  });

  it('prints the answer of the API', async () => {
    const { stdout } = await conference('room', '--json');
    expect(conferenceAnalysis.parse(JSON.parse(stdout)).calls).toHaveLength(1);
  });

  it('ends with 2 if there are no sessions', async () => {
    expect(await conference('other')).toMatchObject({
      code: 2,
      stderr: 'not read  There are no sessions of this conference other [SESSION_NOT_FOUND]\n',
    });
  });

  it('takes no files', async () => {
    expect(await conference('room', 'call.gz')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--conference takes'),
    });
  });
});
