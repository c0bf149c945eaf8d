import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Counts } from '../metrics/counts.ts';
import { NetworkNames } from '../net/client-network.ts';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { AnonymizerThread } from '../session/anonymizer-thread.ts';
import { SessionPolicies } from '../session/session-policies.ts';
import type { ClosedSession } from '../spool/record.ts';
import { Spool } from '../spool/spool.ts';
import { recordUpload } from './upload-recorder.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = 40 * MEBIBYTE;
/** A few lines and the buffers of the spool; code that keeps the upload in memory exceeds it several times over. */
const SLACK = 10 * MEBIBYTE;
/** Lines too long for the write-ahead log, whose blocks are bounded too, but by more than is uploaded here. */
const LINE_BYTES = 300_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let directory: string;
let spool: Spool;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'upload-memory-'));
  spool = await Spool.open(directory);
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true });
});

it('an upload of any size takes the same memory', async () => {
  const finished: ClosedSession[] = [];
  const context = {
    policies: new SessionPolicies(presetPolicy('standard'), new PseudonymKeys(new Uint8Array(32), null)),
    spool,
    budget: { shortage: null, failed: () => {} },
    dumpBytes: 2 * SIZE,
    internalsBytes: SIZE,
    locate: () => undefined,
    counts: new Counts(),
    anonymizerThread: new AnonymizerThread(),
    networks: new NetworkNames(),
    finish: (left: unknown) => void finished.push(left as ClosedSession),
  };
  const line = Buffer.from(`[":x",null,[${'1234567,'.repeat(LINE_BYTES / 8)}0],1]\n`);
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('RTCStatsDump\n{"fileFormat":3}\n');
    for (let made = 0, index = 0; made < SIZE; made += line.length, index++) {
      yield Buffer.from(line);
      await setImmediate();
      if (index % 10 !== 5) continue;
      const now = memory();
      most = Math.max(most, now);
      least = Math.min(least, now);
    }
  }
  const nobody = {
    network: null,
    user: null,
    conference: null,
    session: null,
    signed: [],
    preset: null,
    forward: null,
  };
  await recordUpload(chunks(), nobody, context, MEBIBYTE);
  expect(finished[0]!.dumpEnd).toBeGreaterThan(SIZE);
  expect(most - least).toBeLessThan(SLACK);
});
