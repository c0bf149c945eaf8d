import { createCatalog } from '../catalog/open.ts';
import { print, printJson } from '../terminal/terminal.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server migrate [flags]

Updates the tables of the catalog. A gateway does this when it starts. Use the command if the gateway's database user must not
change tables, or to migrate before an upgrade. It is safe to run several at once and while gateways run.

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON: {catalog, applied: [names]}

Example: rtcstats-server migrate --config /etc/rtcstats.yaml
`;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('migrate', args, {
    config: { type: 'string' },
    data: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw usageError(`migrate takes no ${JSON.stringify(positionals[0])}`, 'migrate');
  const config = configOption(values);
  const catalog = await createCatalog(config);
  try {
    const applied = await catalog.migrate();
    if (values.json) printJson({ catalog: config.catalog.type, applied });
    else if (applied.length === 0) print('The catalog is up to date.');
    else for (const name of applied) print(`applied ${name}`);
    return 0;
  } finally {
    await catalog.close();
  }
}
