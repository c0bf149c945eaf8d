import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RECORDINGS, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { openStorage } from '../storage/open.ts';

const cwd = temporaryDirectory();

beforeAll(async () => {
  const config = createConfig({}, cwd);
  const packed = join(cwd, 'packed.gz');
  const messages = readFileSync(join(RECORDINGS, 'chromium-relay.raw'), 'utf8');
  writeFileSync(packed, gzipSync(`RTCStatsDump\n{"fileFormat":3}\n${messages}`));
  const storage = await openStorage(config);
  await storage.put('2026/03/01/stored.gz', packed);
  await storage.close();
  const catalog = await openCatalog(config);
  await catalog.migrate();
  await catalog.sessions.put(sessionRow('stored'));
  await catalog.sessions.put(sessionRow('recording', { state: 'recording', storageKey: null }));
  await catalog.close();
});

const analyze = async (...args: string[]) => await runProgram(['analyze', '--data', 'data', ...args], { cwd });

describe('analyze SESSION-ID', () => {
  it('gives the analysis of the stored dump, the same as for its file', async () => {
    const { code, stdout } = await analyze('stored', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse((await analyze('packed.gz', '--json')).stdout));
    expect((await analyze('stored')).stdout).toMatch(/^no problem {2}stored {2}experience \d+ of 100/);
  });

  it('ends with 2 if there is no such session, or if it is still being recorded', async () => {
    expect(await analyze('unknown')).toMatchObject({
      code: 2,
      stderr: 'not read  There is no file or session unknown [SESSION_NOT_FOUND]\n',
    });
    expect(await analyze('recording')).toMatchObject({ code: 2, stderr: expect.stringContaining('[SESSION_ACTIVE]') });
  });
});
