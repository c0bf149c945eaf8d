import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { RECORDINGS } from '@rtcstats-server/testing/command-line';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import type { FinishQueue } from './queue.ts';
import { QueueFixture, textOf } from './testing/queue-fixture.ts';
import { VerifierThreads } from './verifier-threads.ts';

const policy = presetPolicy('standard');
const anonymizer = new Anonymizer(compilePolicy(policy));
const call = readFileSync(join(RECORDINGS, 'chromium-relay.raw'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => Buffer.from(anonymizer.message(Buffer.from(line))!).toString());
const PERSONAL = '[":a",null,"anna.keller@example.com",1]';

let fixture: QueueFixture;
beforeEach(async () => {
  fixture = await QueueFixture.open();
});
afterEach(() => fixture.close());

function analyzingQueue(threads = new VerifierThreads(), overrides = {}): FinishQueue {
  return fixture.createQueue({
    analyzes: true,
    createVerifier: (_, bytes, analyze) => threads.verifier(policy, bytes, analyze),
    ...overrides,
  });
}

async function finished(queue: FinishQueue): Promise<void> {
  await vi.waitFor(() => expect(queue.size).toBe(0));
}

describe('FinishQueue, where dumps are analyzed', () => {
  it('stores the analysis of a call with its session, of a small dump as of a large one', async () => {
    const queue = analyzingQueue();
    queue.add(await fixture.closedSession('call', call));
    queue.add(await fixture.closedSession('small'));
    await finished(queue);
    const analysis = await fixture.catalog.analyses.get('call');
    expect(analysis).toMatchObject({ verdict: 'good', experience: expect.any(Number), failure: null });
    expect(JSON.parse(analysis!.document!)).toMatchObject({ scores: { experience: analysis!.experience } });
    expect(await fixture.catalog.analyses.get('small')).toMatchObject({ verdict: 'notJudged', failure: null });
    expect(fixture.logged).toContain('"verdict":"good"');
  });

  it('stores no analysis of a dump with findings, which it could repeat, and removes an earlier one', async () => {
    const queue = analyzingQueue();
    queue.add(await fixture.closedSession('a', call));
    await finished(queue);
    queue.add(await fixture.closedSession('a', [...call, PERSONAL]));
    await finished(queue);
    expect(await fixture.catalog.sessions.get('a')).toMatchObject({ state: 'quarantined' });
    expect(await fixture.catalog.analyses.get('a')).toBeUndefined();
  });

  it('stores a dump whose analysis ends the thread, and records that', async () => {
    const crashing = new VerifierThreads(undefined, new URL('./testing/analysis-crashes.ts', import.meta.url));
    const queue = analyzingQueue(crashing);
    queue.add(await fixture.closedSession('a'));
    await finished(queue);
    expect(await fixture.catalog.sessions.get('a')).toMatchObject({ state: 'stored', receipt: { verified: true } });
    expect(await textOf(fixture.storage, '2026/03/01/a.gz')).toContain('[":b",null,"text",3]');
    expect(await fixture.catalog.analyses.get('a')).toMatchObject({ failure: 'failed', verdict: 'notJudged' });
    expect(fixture.logged).toContain('a dump could not be analyzed');
  });

  it('writes session and analysis together after an outage of the catalog', async () => {
    let outage = 3;
    const put = vi.fn((...entry: Parameters<typeof fixture.catalog.sessions.put>) =>
      outage-- > 0 ? Promise.reject(new GatewayError('CATALOG_UNAVAILABLE')) : fixture.catalog.sessions.put(...entry),
    );
    const queue = analyzingQueue(undefined, { catalog: { put } });
    queue.add(await fixture.closedSession('a', call));
    await finished(queue);
    expect(await fixture.catalog.analyses.get('a')).toMatchObject({ verdict: 'good' });
    expect(put.mock.lastCall).toMatchObject([{ state: 'stored' }, { verdict: 'good' }]);
  });

  it('stores no analysis where dumps are not analyzed', async () => {
    const queue = fixture.createQueue();
    queue.add(await fixture.closedSession('a', call));
    await finished(queue);
    expect(await fixture.catalog.sessions.get('a')).toMatchObject({ state: 'stored' });
    expect(await fixture.catalog.analyses.get('a')).toBeUndefined();
  });
});
