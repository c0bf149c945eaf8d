import { DeliveryService } from '../forward/delivery-service.ts';
import { formatBytes, formatTime, timeZone } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { note, print, printable, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server egress [--limit N] [--utc] [--json]

Lists the ledger of everything that left this gateway, newest first: time, dump, size, SHA-256, target, the rule or person that
sent it, and the outcome. Deletions at the target are listed too.

  --limit N          number of entries, 1 to 1000 (default 100)
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --utc              times in UTC (default: the time zone of this machine, which the list names)
  --json             print JSON with all fields

Example: rtcstats-server egress --limit 20
`;

export const options = {
  limit: { type: 'string' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('egress', args, options);
  if (positionals.length > 0) throw usageError(`egress takes no ${JSON.stringify(positionals[0])}`, 'egress');
  const limit = values.limit === undefined ? 100 : wholeNumber(values.limit, '--limit', 1, 1000, 'egress');
  const config = configOption(values);
  await withCatalog(config, async (catalog) => {
    const deliveries = new DeliveryService({ catalog, enabled: config.forward.mode !== 'off' });
    const entries = await deliveries.egress({ limit });
    if (values.json) printJson({ entries });
    else if (entries.length === 0) note('Nothing has been sent.');
    else {
      const display = { utc: values.utc ?? false, now: Date.now() };
      const rows = entries.map((entry) => [
        formatTime(entry.startedAt, display),
        entry.action,
        entry.outcome,
        entry.sessionId,
        formatBytes(entry.bytes),
        entry.sha256?.slice(0, 12) ?? '-',
        printable(entry.by),
        printable(entry.target),
      ]);
      print(table([`TIME (${timeZone(display)})`, 'WHAT', 'OUTCOME', 'SESSION', 'SIZE', 'SHA-256', 'BY', 'TO'], rows));
    }
  });
  return 0;
}
