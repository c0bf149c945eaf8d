import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { runProgram } from '@rtcstats-server/testing/command-line';
import { type Recording, recordings } from '@rtcstats-server/testing/recordings';
import { readDump, ServerProcess, storedDumps } from '@rtcstats-server/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Method, scope and delta of a message, which the anonymizer must not change. */
function frameOf(line: string): unknown[] {
  const event = JSON.parse(line) as unknown[];
  return [event[0], event[1], event.at(-1)];
}

let directory: string;
let server: ServerProcess;
let replayed = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-recordings-'));
  server = new ServerProcess(['--data', directory], {});
  await server.listening();
});
afterAll(async () => {
  const code = await server?.kill('SIGTERM');
  await rm(directory, { recursive: true, force: true });
  expect(code).toBe(0);
});

async function replay(recording: Recording): Promise<{ path: string; lines: string[] }> {
  const { url, headers, protocol, messages } = recording;
  await sendSession(server.url + url, messages, { headers, protocol });
  const finished = await server.logged('session finished', ++replayed);
  const id = String(finished.at(-1)!['session']);
  const path = (await storedDumps(directory)).find((name) => name.includes(id))!;
  return { path, lines: await readDump(path) };
}

const verify = async (path: string): Promise<number | null> =>
  (await runProgram(['verify', path], { cwd: directory })).code;

describe.each(recordings())('the recording $name', (recording) => {
  const { messages, addresses, personal, path } = recording;

  it('is anonymized and otherwise stored unchanged', async () => {
    const dump = await replay(recording);
    const { lines } = dump;
    expect(lines).toHaveLength(messages.length + 3);
    expect(lines[0]).toBe('RTCStatsDump');
    expect(lines.slice(2, -1).map(frameOf)).toEqual(messages.map(frameOf));
    expect(lines.at(-1)).toMatch(/^\["close",null,1000,\d+\]$/);

    const metadata = JSON.parse(lines[1]!) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      fileFormat: 3,
      origin: recording.headers['origin'],
      userAgent: recording.headers['user-agent'],
      remoteAddresses: ['127.0.0.1'],
      clientProtocol: recording.protocol,
      privacy: { policy: 'standard', engine: expect.any(String) },
    });
    expect(metadata['startTime']).toEqual(expect.any(Number));
    expect(lines[1]).not.toContain('rtcstats-token');

    const text = lines.join('\n');
    for (const address of addresses) expect(text).not.toContain(address);
    // Messages without personal values are stored byte for byte.
    const untouched = [...messages.keys()].filter((index) => !personal.some((text) => messages[index]!.includes(text)));
    expect(untouched.length).toBeGreaterThan(messages.length / 2);
    for (const index of untouched) expect(lines[index + 2]).toBe(messages[index]);

    expect(await verify(dump.path)).toBe(0);
  });

  it('does not pass the verifier if it is not anonymized', async () => {
    expect(await verify(path)).toBe(
      messages.some((message) => addresses.some((address) => message.includes(address))) ? 1 : 0,
    );
  });
});

describe('the recordings', () => {
  let all: Recording[];
  beforeAll(() => {
    all = recordings();
  });

  it('are found', () => {
    expect(all.length).toBeGreaterThanOrEqual(5);
  });
});
