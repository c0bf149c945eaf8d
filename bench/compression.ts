import { mkdtemp, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { Anonymizer, compilePolicy, DumpAnonymizer, presetPolicy } from '@rtcstats-server/privacy';
import {
  type Compression,
  compress,
  compressor,
  GZIP,
  MAX_SMALL_BYTES,
} from '../packages/server/src/dump-content/compression.ts';
import { pack } from '../packages/server/src/finish/pack.ts';
import { VerifierThreads } from '../packages/server/src/finish/verifier-threads.ts';
import type { ClosedSession } from '../packages/server/src/spool/record.ts';
import { recordings } from './corpus.ts';
import { longCall } from './long-call.ts';
import { cpu } from './measure.ts';

/*
 * npm run bench:compression: size and CPU time of dumps in each format, alone and as a part of finishing (read, verify,
 * compress, hash, write). Calls of half an hour, the recordings of about a minute, and the first 40 messages of those.
 */

const LONG_BYTES = 3_000_000;
const SHORT_MESSAGES = 40;
/** Each figure is the best of this many runs, because others use the machine. */
const RUNS = 5;
const RUN_CPU_MS = 250;
const ZSTD: Compression = { format: 'zstd', dictionary: false };
const FORMATS: readonly (readonly [string, Compression])[] = [
  ['gzip 6', { ...GZIP, level: 6 }],
  ['gzip 5 (default of gzip)', GZIP],
  ['zstd 1', { ...ZSTD, level: 1 }],
  ['zstd 3', { ...ZSTD, level: 3 }],
  ['zstd 6', { ...ZSTD, level: 6 }],
  ['zstd 9', { ...ZSTD, level: 9 }],
  ['zstd 1, dictionary', { ...ZSTD, level: 1, dictionary: true }],
  ['zstd 3, dictionary', { ...ZSTD, level: 3, dictionary: true }],
  ['zstd 6, dictionary', { ...ZSTD, level: 6, dictionary: true }],
  ['zstd 9, dictionary', { ...ZSTD, level: 9, dictionary: true }],
  ['zstd (default)', { ...ZSTD, dictionary: true }],
];

const policy = presetPolicy('standard');
const threads = new VerifierThreads();
const directory = await mkdtemp(join(tmpdir(), 'bench-compression-'));
try {
  const all = recordings();
  await report('Half-hour calls', [dumpOf(longCall(all[1]!.bytes, LONG_BYTES))]);
  await report(
    'Recordings of about a minute',
    all.map(({ bytes }) => dumpOf(bytes)),
  );
  await report(
    'Their first 40 messages',
    all.map(({ bytes }) => dumpOf(Buffer.from(bytes.toString().split('\n', SHORT_MESSAGES).join('\n')))),
  );
} finally {
  await rm(directory, { recursive: true });
}

function dumpOf(messages: Uint8Array): Buffer {
  const anonymizer = new Anonymizer(compilePolicy(policy));
  const dump = new DumpAnonymizer(anonymizer);
  const lines = [...dump.push(messages).map((piece) => piece.slice()), ...dump.end()];
  const head = [Buffer.from('RTCStatsDump\n'), anonymizer.metadata({ fileFormat: 3 }), Buffer.from('\n')];
  return Buffer.concat([...head, ...lines]);
}

async function report(title: string, dumps: readonly Buffer[]): Promise<void> {
  const bytes = dumps.reduce((sum, dump) => sum + dump.length, 0);
  const reference = dumps.reduce((sum, dump) => sum + gzipSync(dump, { level: 6 }).length, 0);
  console.log(
    `${title} (${Math.round(bytes / dumps.length / 1000)} KB on average): size relative to gzip 6, MB per CPU s`,
  );
  const sessions = await Promise.all(dumps.map(spooled));
  for (const [name, compression] of FORMATS) {
    const isTooLarge = compression.dictionary && compression.level !== undefined && dumps[0]!.length > LONG_BYTES / 2;
    if (isTooLarge) continue;
    let size = 0;
    const finishing = await best(bytes, async () => {
      size = 0;
      for (const session of sessions) {
        const target = `${session.path}.packed`;
        const verifier = threads.verifier(policy, session.dumpEnd - session.dumpStart);
        const packed = await pack(session, target, verifier, compression);
        verifier.close?.();
        if (!packed.verdict.clean) throw new Error('The verifier found something');
        size += (await stat(target)).size;
        await unlink(target);
      }
    });
    const alone = await best(bytes, async () => {
      for (const dump of dumps) {
        if (dump.length <= MAX_SMALL_BYTES) await compress(dump, compression);
        else await buffer(Readable.from([dump]).pipe(compressor(compression)));
      }
    });
    const figures = [(size / reference).toFixed(3), `compress ${alone.toFixed(0)}`, `finish ${finishing.toFixed(0)}`];
    console.log(`  ${name.padEnd(26)} ${figures.join('  ')}`);
  }
}

/** A spool file with this dump. */
async function spooled(dump: Buffer, index: number): Promise<ClosedSession> {
  const path = join(directory, `${dump.length}-${index}.closed`);
  await writeFile(path, dump);
  return { path, dumpStart: 0, dumpEnd: dump.length } as ClosedSession;
}

/** MB per CPU second of the whole process, with its threads. */
async function best(bytes: number, work: () => Promise<void>): Promise<number> {
  await work();
  let speed = 0;
  for (let run = 0; run < RUNS; run++) {
    const began = cpu();
    let times = 0;
    do {
      await work();
      times++;
    } while (cpu() - began < RUN_CPU_MS);
    speed = Math.max(speed, (bytes * times) / (cpu() - began) / 1000);
  }
  return speed;
}
