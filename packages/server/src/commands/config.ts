import { configWarnings, loadConfig } from '../config/config.ts';
import { printConfig, publicConfig } from '../config/print.ts';
import { configReference } from '../config/reference.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { listOf } from '../keys/algorithms.ts';
import { readPublicKeys } from '../keys/public-keys.ts';
import { note, paint, print, printJson } from '../terminal/terminal.ts';
import { chooseAction, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';

export const help = `
Usage: rtcstats-server config print [--config FILE] [--json]
       rtcstats-server config check FILE
       rtcstats-server config reference

print      prints the effective settings: defaults, file, environment (RTCSTATS_…). Secrets are hidden.
check      reports every problem of a file. Exit code: 0 valid, 1 invalid, 2 not readable.
           The environment is applied, as it is when the gateway starts.
reference  prints every setting with its default and meaning, in Markdown

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --json             JSON instead of YAML

Example: rtcstats-server config check /etc/rtcstats.yaml
`;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('config', args, {
    config: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [given, ...files] = positionals;
  const action = chooseAction('config', given, ['print', 'check', 'reference']);
  const expected = action === 'check' ? 1 : 0;
  if (files.length !== expected) {
    throw usageError(`config ${action} takes ${expected === 0 ? 'no file' : 'one file'}`, 'config');
  }
  switch (action) {
    case 'print': {
      const config = loadConfig({ file: values.config, environment: process.env });
      if (values.json) printJson(publicConfig(config));
      else print(printConfig(config).trimEnd());
      return 0;
    }
    case 'check':
      return check(files[0]!);
    case 'reference':
      print(configReference().trimEnd());
      return 0;
  }
}

function check(file: string): ExitCode {
  try {
    const config = loadConfig({ file, environment: process.env });
    readPublicKeys(listOf(config.authorization.publicKey));
    for (const warning of configWarnings(config)) print(`${paint('yellow', 'note:')} ${warning}`);
    print(`${file} is valid`);
    return 0;
  } catch (error) {
    if (!isGatewayError(error, 'CONFIG_INVALID') && !isGatewayError(error, 'ADMIN_TOKEN_REQUIRED')) throw error;
    note(`${error.message}\n${error.todo} [${error.code}]`);
    return 1;
  }
}
