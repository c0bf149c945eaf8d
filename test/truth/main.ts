import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CallPlan } from './calls/contract.ts';
import type { LiveLabel } from './labels.ts';
import { recordCalls } from './live.ts';
import { readTruth } from './recordings.ts';
import { report } from './report.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

const USAGE = `Usage: npm run truth -- [--seed N] [--scenario NAME,…] [--repeat N] [--parallel N] [--retries N]
                        [--out DIR] [--overloaded] [--json | --markdown] [--verbose]
       npm run truth -- --recordings DIR [--json | --markdown] [--verbose]

Makes calls between Chromium processes in real time, with injected faults, records them through a gateway, analyzes the
stored dumps, and prints precision and recall of each label. With --recordings it analyzes labeled recordings instead:
a folder with labels.json and NAME.raw, NAME.raw.gz or NAME.dump.gz, such as one that --out has made.

  --seed N         draws the parameters of all calls; default: a new one, which is printed
  --scenario NAME  only these; a prefix is enough. Names: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --repeat N       calls per scenario with a fault, twice as many per healthy one; default: 1
  --parallel N     calls at the same time; default: 1. Two need two cores that nothing else uses
  --retries N      makes a call again, up to N times, if the machine was too busy for it; default: 1
  --out DIR        keeps dumps and labels there; default: a temporary folder, which is printed
  --overloaded     counts calls for which the machine was too busy, too
  --json           prints the result as JSON
  --markdown       prints the result as tables for docs/accuracy.md
  --verbose        prints every wrong and missing observation`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    scenario: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '1' },
    retries: { type: 'string', default: '1' },
    out: { type: 'string' },
    recordings: { type: 'string' },
    overloaded: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const form = values.json ? 'json' : values.markdown ? 'markdown' : 'text';
const folder = values.recordings ?? (await makeCalls());
console.log(report(await readTruth(folder), { form, verbose: values.verbose, overloaded: values.overloaded }));

/** @returns the folder with the dumps and their labels */
async function makeCalls(): Promise<string> {
  const names = values.scenario?.flatMap((list) => list.split(',')) ?? [];
  const scenarios = SCENARIOS.filter(
    ({ name }) => names.length === 0 || names.some((prefix) => name.startsWith(prefix)),
  );
  if (scenarios.length === 0) throw new Error(`No scenario is named ${names.join(', ')}; --help lists them`);
  const calls = Array.from({ length: Number(values.repeat) }, (_, round) =>
    scenarios.flatMap((scenario) => {
      // Two of each healthy kind, so that healthy calls are more than a third of all.
      const numbers = scenario.isHealthy ? [2 * round + 1, 2 * round + 2] : [round + 1];
      return numbers.map((number) => ({ scenario, name: `${scenario.name}-${number}` }));
    }),
  ).flat();
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const out = values.out ?? mkdtempSync(join(tmpdir(), 'truth-'));
  console.error(`Seed ${seed}, ${calls.length} calls, recordings in ${out}`);
  let done = 0;
  // Browsers and the gateway end with this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await recordCalls({
    calls,
    seed,
    parallel: Number(values.parallel),
    retries: Number(values.retries),
    folder: out,
    onCall: (name, plan, labels) => console.error(`${++done}/${calls.length} ${describe(name, plan, labels)}`),
    onFailure: (name, error) => console.error(`${++done}/${calls.length} ${name} could not be made: ${String(error)}`),
  });
  return out;
}

function describe(name: string, { parameters, seconds }: CallPlan, labels: readonly LiveLabel[]): string {
  const { loadPerCore, busy, waiting, proxyLateMs, pageLateMs } = labels[0]!.machine;
  const load = `load ${loadPerCore}, busy ${busy}, waiting ${waiting}, late ${proxyLateMs}/${pageLateMs} ms`;
  const overloaded = labels.some((it) => it.overloaded) ? ', OVERLOADED' : '';
  return `${name} ${seconds.toFixed(0)} s ${JSON.stringify(parameters)} (${load}${overloaded})`;
}
