import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Counts } from '../metrics/counts.ts';
import { Refusals } from './refusals.ts';

it('counts every refusal and logs the first ones in a minute', () => {
  const counts = new Counts();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const refusals = new Refusals(counts, log);

  for (let i = 0; i < 1000; i++) refusals.add('connections', undefined, i);
  refusals.add('unauthorized', { reason: 'expired' }, 1000);
  expect(counts.refusals).toMatchObject({ connections: 1000, unauthorized: 1 });
  expect(lines).toHaveLength(21);
  expect(lines[0]).toMatchObject({
    refusal: 'connections',
    msg: 'client refused: server.limits.connections is reached',
  });
  expect(lines.at(-1)).toMatchObject({ refusal: 'unauthorized', reason: 'expired' });

  refusals.add('connections', undefined, 60_000);
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toMatchObject({ refusal: 'connections', withheld: 980 });
  refusals.add('connections', undefined, 60_001);
  expect(lines.at(-1)).not.toHaveProperty('withheld');
});

it('logs a refusal once per client where asked to, for the clients seen last', () => {
  const counts = new Counts();
  let lines = 0;
  const log = pino({ level: 'trace' }, { write: () => void lines++ });
  const refusals = new Refusals(counts, log);
  for (const network of ['a', 'b', 'a', null, null, 'b']) refusals.addOnce('foreignClient', network);
  expect(counts.refusals.foreignClient).toBe(6);
  expect(lines).toBe(3);
});
