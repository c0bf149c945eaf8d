import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { type Recording, recordings } from '@rtcstats-server/testing/recordings';
import { readDump, runCommand, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { beforeAll, describe, expect, it } from 'vitest';

/** Method, scope and delta of a message, which the anonymizer must not change. */
function frameOf(line: string): unknown[] {
  const event = JSON.parse(line) as unknown[];
  return [event[0], event[1], event.at(-1)];
}

async function replay(recording: Recording): Promise<{ path: string; lines: string[] }> {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data);
  const { url, headers, protocol, messages } = recording;
  await sendSession(server.url + url, messages, { headers, protocol });
  await server.logged('session finished');
  expect(await server.kill('SIGTERM')).toBe(0);
  const [path] = await storedDumps(data);
  return { path: path!, lines: await readDump(path!) };
}

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

    expect(await runCommand('verify', dump.path)).toMatchObject({ code: 0 });
  });

  it('does not pass the verifier if it is not anonymized', async () => {
    const { code } = await runCommand('verify', path);
    expect(code).toBe(messages.some((message) => addresses.some((address) => message.includes(address))) ? 1 : 0);
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
