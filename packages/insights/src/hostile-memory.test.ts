import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Analysis } from './analysis.ts';
import { FeatureAccumulator } from './features/features.ts';

const CONNECTIONS = 1000;
/** Each connection is within its limit, but all of them together would take more than 500 MB. */
const REPORTS = 300;
const MAX_MB = 200;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

it('holds a limited number of reports of all connections together, and says so', () => {
  const before = heapMb();
  const analysis = new Analysis({ features: new FeatureAccumulator() });
  const reports = Object.fromEntries(
    Array.from({ length: REPORTS }, (_, id) => [id, { type: 'candidate-pair', bytesSent: id, state: 'waiting' }]),
  );
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const time = 1_795_800_000_000 + connection;
    const common = { scope: `PC_${connection}`, extra: [], delta: 1, time, line: connection + 3 };
    analysis.add({ ...common, method: 'create', methodCode: 39, value: {} });
    analysis.add({ ...common, method: 'getStats', methodCode: 'g', value: { ...reports, t: time } });
  }
  const grown = heapMb() - before;
  expect(grown).toBeGreaterThan(20);
  expect(grown).toBeLessThan(MAX_MB);
  expect(analysis.result().notJudged.map(({ what }) => what)).toContain('statistics');
});
