import { gzipSync } from 'node:zlib';
import { describeForwardTarget } from '@rtcstats-server/testing/contracts/forward-target';
import { RtcstatsComStub, type StubFault } from '@rtcstats-server/testing/rtcstats-com';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RtcstatsCom } from './rtcstats-com.ts';
import { CHUNK_BYTES, type TargetError, type Transfer } from './target.ts';

const transfer: Transfer = { id: 'transfer-1', fileName: 'session-1.gz' };
const dump = Buffer.concat([gzipSync('RTCStatsDump\n'), Buffer.alloc(CHUNK_BYTES, 7)]);
let stub: RtcstatsComStub;

beforeEach(async () => {
  stub = await new RtcstatsComStub().start();
});
afterEach(() => stub.stop());

function target(
  mode: 'upload' | 'enrich' = 'upload',
  options: { token?: string; timeoutMs?: number } = {},
): RtcstatsCom {
  return new RtcstatsCom({ endpoint: `${stub.endpoint}/`, token: stub.token, mode, ...options });
}

async function sendChunks(to: RtcstatsCom): Promise<void> {
  // In the wrong order, and one of them twice.
  for (const index of [1, 0, 1]) {
    const bytes = dump.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    await to.sendChunk({ ...transfer, index, total: 2, bytes });
  }
}

async function failure(work: Promise<unknown>): Promise<TargetError> {
  return await work.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: unknown) => error as TargetError,
  );
}

for (const mode of ['upload', 'enrich'] as const) {
  describeForwardTarget(`rtcstats.com (${mode})`, async () => {
    const far = await new RtcstatsComStub().start();
    return {
      target: new RtcstatsCom({ endpoint: far.endpoint, token: far.token, mode }),
      assembled: (fileName) => far.assembled.filter((dump) => dump.fileName === fileName).map(({ bytes }) => bytes),
      loseNextAnswer: () => {
        far.fault = (request) => (request === 'assemble' ? 'cut-after' : undefined);
      },
      revoke: () => {
        far.fault = () => ({ status: 401, errorCode: 'invalid_token' });
      },
      vanish: () => far.stop(),
      close: () => far.stop(),
    };
  });
}

describe('rtcstats.com', () => {
  it('gets the bytes of a dump in chunks, and says what it is called there', async () => {
    await sendChunks(target());
    const delivered = await target().assemble(transfer);
    expect(stub.stored.get(delivered.remoteId!)).toMatchObject({ fileName: 'session-1.gz', bytes: dump });
    expect(delivered).toMatchObject({ url: expect.stringContaining(delivered.remoteId!), embedUrl: null });
  });

  it('is asked for a dump by its name, reads and deletes it', async () => {
    expect(await target().find('session-1.gz')).toBeUndefined();
    await sendChunks(target());
    const { remoteId } = await target().assemble(transfer);
    expect(await target().find('session-1.gz')).toMatchObject({ remoteId });
    expect(await target().find('session-2.gz')).toBeUndefined();
    await target().remove(remoteId!);
    expect(stub.stored.size).toBe(0);
    await target().remove(remoteId!);
    expect(await target().read(remoteId!)).toBeUndefined();
  });

  it('analyzes without storing', async () => {
    await sendChunks(target('enrich'));
    const { remoteId, analysis } = await target('enrich').assemble(transfer);
    expect(remoteId).toBeNull();
    expect(analysis).toMatchObject({ data: { scores: { experienceScore: 87 } } });
    expect(stub.stored.size).toBe(0);
    expect(await target('enrich').find('session-1.gz')).toBeUndefined();
  });

  it.each<[StubFault, Partial<TargetError>]>([
    [
      { status: 401, errorCode: 'invalid_token' },
      { effect: 'pause', status: 401, code: 'invalid_token', unclear: false },
    ],
    [{ status: 402 }, { effect: 'pause', unclear: false }],
    [{ status: 403 }, { effect: 'pause', unclear: false }],
    [{ status: 400 }, { effect: 'retry', unclear: false }],
    [{ status: 413 }, { effect: 'refuse', unclear: false }],
    [
      { status: 415, errorCode: 'parsing_issue' },
      { effect: 'refuse', code: 'parsing_issue' },
    ],
    [
      { status: 429, retryAfter: '7' },
      { effect: 'retry', retryAfterMs: 7000, unclear: false },
    ],
    [
      { status: 500, errorCode: 'a code with <spaces>' },
      { effect: 'retry', code: null, unclear: true },
    ],
    ['cut-before', { effect: 'retry', status: null, unclear: true }],
    ['cut-after', { effect: 'retry', status: null, unclear: true }],
    ['hang', { effect: 'retry', status: null, code: 'TIMEOUT', unclear: true }],
  ])('fails with what may be done next: %j', async (fault, expected) => {
    await sendChunks(target());
    stub.fault = () => fault;
    const error = await failure(target('upload', { timeoutMs: 200 }).assemble(transfer));
    expect(error).toMatchObject({ name: 'TargetError', ...expected });
    expect(error.message).not.toContain(stub.token);
  });

  it('understands a date in Retry-After', async () => {
    const retryAfter = new Date(Date.now() + 60_000).toUTCString();
    stub.fault = () => ({ status: 503, retryAfter });
    const { retryAfterMs } = await failure(target().find('x.gz'));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('does not follow a redirection with its token', async () => {
    const elsewhere = await new RtcstatsComStub().start();
    stub.redirect = `${elsewhere.endpoint}/sessions`;
    expect(await failure(target().find('x.gz'))).toMatchObject({ effect: 'retry' });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  it('takes no answer for "not there" but a list without it', async () => {
    stub.fault = () => ({ status: 200 });
    expect(await failure(target().find('x.gz'))).toMatchObject({ effect: 'retry', code: 'ANSWER_NOT_UNDERSTOOD' });
  });

  it('names the address that does not answer', async () => {
    const { endpoint } = stub;
    await stub.stop();
    const gone = new RtcstatsCom({ endpoint, token: 't', mode: 'upload' });
    const refused = { effect: 'retry', status: null, code: 'ECONNREFUSED', unclear: false };
    expect(await failure(gone.assemble(transfer))).toMatchObject(refused);
    await stub.start();
  });
});
