import { parseArgs } from 'node:util';
import { readTruth } from './truth/recordings.ts';
import { judge, scoreLabels, total } from './truth/score.ts';
import { printTable } from './truth/table.ts';

const USAGE = `Usage: node bench/truth.ts FOLDER [--json] [--verbose]

Analyzes a folder of labeled recordings (labels.json beside NAME.raw or NAME.raw.gz, and NAME.headers.json) and prints
precision and recall of each label.

  --json     print the result as JSON
  --verbose  print every wrong and missing observation`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
const folder = positionals[0];
if (values.help === true || folder === undefined) {
  console.log(USAGE);
  process.exit(values.help === true ? 0 : 2);
}

const judged = readTruth(folder).map(({ label, analysis }) => judge(label, analysis));
const labels = scoreLabels(judged);
const healthy = judged.filter(({ isHealthy }) => isHealthy);
const problems = healthy.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));

if (values.json === true) {
  console.log(JSON.stringify({ recordings: judged.length, labels, total: total(labels), healthyProblems: problems }));
} else {
  printTable(labels);
  console.log(`\n${judged.length} recordings, ${healthy.length} of them healthy.`);
  console.log(`Problems of severity medium or higher on healthy ones: ${problems.length}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (values.verbose === true) {
    for (const { name, wrong, missed, misplaced } of judged) {
      for (const text of wrong) console.log(`wrong      ${name}  ${text}`);
      for (const text of missed) console.log(`missed     ${name}  ${text}`);
      for (const text of misplaced) console.log(`misplaced  ${name}  ${text}`);
    }
  }
}
