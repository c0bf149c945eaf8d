import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalog } from '../catalog/open.ts';
import type { Config } from '../config/config.ts';
import { DEFAULT_FILE } from '../config/sources.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { canAsk, confirm } from '../terminal/confirm.ts';
import { print, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server migrate [flags]

Updates the tables of the catalog. A gateway does this when it starts. Use the command if the gateway's database user must not
change tables, or to migrate before an upgrade. It is safe to run several at once and while gateways run. If no directory was
named and there is no catalog in the default one, the command asks first on a terminal and fails elsewhere.

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  -y, --yes          create a catalog in the default data directory without asking
  --json             print JSON: {catalog, applied: [names]}

Example: rtcstats-server migrate --config /etc/rtcstats.yaml
`;

export const options = {
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('migrate', args, options);
  if (positionals.length > 0) throw usageError(`migrate takes no ${JSON.stringify(positionals[0])}`, 'migrate');
  const config = configOption(values);
  if (!values.yes && !(await isIntended(config, values))) return 2;
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

/** Whether a catalog may be created where there is none. In the wrong directory, that would hide the mistake. */
async function isIntended(config: Config, named: { config?: string; data?: string }): Promise<boolean> {
  if (config.catalog.type !== 'sqlite' || existsSync(join(config.dataDirectory, 'catalog.sqlite'))) return true;
  const isNamed = named.config ?? named.data ?? process.env['RTCSTATS_DATA_DIRECTORY'];
  if (isNamed !== undefined || existsSync(DEFAULT_FILE)) return true;
  const missing = `There is no catalog in ${config.dataDirectory}`;
  if (canAsk()) return await confirm(`${missing}. Create one?`);
  throw new GatewayError('INPUT_UNREADABLE', missing, {
    todo: 'Name the data directory with --data or --config, or create a catalog there with --yes.',
  });
}
