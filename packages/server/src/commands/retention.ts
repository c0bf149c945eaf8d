import { randomUUID } from 'node:crypto';
import { retentionContext } from '../composition/retention.ts';
import type { Config } from '../config/config.ts';
import { retentionPeriods } from '../config/retention-schema.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { type PassResult, RetentionPass } from '../lifecycle/retention/pass.ts';
import { type RetentionPlan, retentionPlan } from '../lifecycle/retention/plan.ts';
import { count, formatBytes, formatCount, formatTime, type TimeDisplay, timeZone } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { note, print, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption, withBackEnds, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server retention [--dry-run] [--utc] [--json]

Removes what is older than the settings below \`retention\` allow, as the gateway does at its start and every hour. The
gateway may be running: one of the two does the work. Legal holds (\`rtcstats-server hold\`) are exempt. Exit code 1: a
running gateway does it, or nothing is removed yet because the catalog is from a version that kept everything.

  --dry-run          removes nothing; lists by kind what would go now, and when the next one goes
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --utc              times in UTC (default: the time zone of this machine, which the list names)
  --json             print JSON

Example: rtcstats-server retention --dry-run
`;

export const options = {
  'dry-run': { type: 'boolean' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('retention', args, options);
  if (positionals.length > 0) throw usageError(`retention takes no ${JSON.stringify(positionals[0])}`, 'retention');
  const config = configOption(values);
  if (values['dry-run']) {
    const plan = await withCatalog(config, (catalog) => retentionPlan(catalog, retentionPeriods(config.retention)));
    if (values.json) printJson({ settings: config.retention, ...plan });
    else printPlan(plan, config.retention, { utc: values.utc ?? false, now: Date.now() });
    return 0;
  }
  const result = await withBackEnds(config, async (stores) => {
    const context = retentionContext({ config, ...stores }, randomUUID());
    return await new RetentionPass(context, new AbortController().signal).run();
  });
  const [failed] = result.errors;
  if (failed !== undefined) {
    throw failed.error instanceof Error ? failed.error : new GatewayError('CATALOG_UNAVAILABLE', String(failed.error));
  }
  const { errors, ...shown } = result;
  if (values.json) printJson(shown);
  else printResult(result, { utc: values.utc ?? false, now: Date.now() });
  return result.graceUntil === null && !result.isLeftToOther ? 0 : 1;
}

function printPlan(plan: RetentionPlan, settings: Config['retention'], display: TimeDisplay): void {
  const time = (text: string | null): string =>
    text === null ? '-' : text.length === 10 ? text : formatTime(text, display);
  const rows = plan.kinds.map(({ kind, setting, count: number, bytes, oldest, newest, nextGoes }) => [
    kind,
    settings[setting],
    formatCount(number),
    bytes === null ? '-' : formatBytes(bytes),
    time(oldest),
    time(newest),
    time(nextGoes),
  ]);
  const zone = timeZone(display);
  print(table(['KIND', 'KEPT', 'GOES NOW', 'SIZE', `OLDEST (${zone})`, 'NEWEST', 'NEXT GOES'], rows));
  const { holds, heldSessions, pendingRemovals, graceUntil } = plan;
  print(`${count(holds.length, 'legal hold')}, ${count(heldSessions, 'session')} held`);
  if (pendingRemovals > 0) print(`${count(pendingRemovals, 'session')} whose removal was begun and is not ended`);
  printGrace(graceUntil, display);
}

function printResult(result: PassResult, display: TimeDisplay): void {
  const removed = Object.entries(result.removed).filter(([, number]) => number > 0);
  if (removed.length > 0) print(removed.map(([kind, number]) => `${kind}: ${formatCount(number)}`).join(', '));
  else note('Nothing was removed.');
  if (result.held !== null && result.held > 0) print(`${count(result.held, 'session')} held`);
  if (result.pendingRemovals > 0) note(`${count(result.pendingRemovals, 'session')} cannot be removed completely yet.`);
  if (result.quarantinedElsewhere > 0) {
    note(`${count(result.quarantinedElsewhere, 'dump')} in the quarantine of other gateways, which remove them.`);
  }
  if (result.isLeftToOther) note('A gateway is removing what is over its time right now.');
  printGrace(result.graceUntil, display);
}

function printGrace(graceUntil: string | null, display: TimeDisplay): void {
  if (graceUntil === null) return;
  const time = `${formatTime(graceUntil, display)} (${timeZone(display)})`;
  note(`Nothing is removed before ${time}, because earlier versions kept everything.`);
}
