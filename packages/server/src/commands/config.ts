import { createConfig, loadConfig } from '../config/config.ts';
import { printConfig, publicConfig } from '../config/print.ts';
import { configReference } from '../config/reference.ts';
import { readYaml } from '../config/sources.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { note, paint, print, printJson } from '../terminal/terminal.ts';
import { chooseAction, type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { checkConfigFile } from './config-check.ts';
import { importConfig, printImported } from './config-import.ts';

export const help = `
Usage: rtcstats-server config print [--config FILE] [--json]
       rtcstats-server config check FILE [--json]
       rtcstats-server config import FILE [--json]
       rtcstats-server config reference

print      prints the effective settings: defaults, file, environment (RTCSTATS_…). Secrets are hidden.
check      reports every problem of a file, and of the key, certificate and database files that it names. Exit code: 0 valid,
           1 invalid, 2 not readable. The environment is applied, as it is when the gateway starts. Nothing is connected.
import     reads a YAML file with settings of the server of the rtcstats project and prints them as settings of this gateway,
           with a comment for each setting that has no counterpart. Secrets are printed: they are part of the settings. Exit code:
           0 done, 1 a value is not allowed here, 2 not readable. What changes otherwise: docs/migrating.md.
reference  prints every setting with its default and meaning, in Markdown

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --json             JSON instead of YAML; check: {valid, problems, warnings}; import: {settings, remarks}

Example: rtcstats-server config check /etc/rtcstats.yaml
         (umask 077; rtcstats-server config import default.yaml > rtcstats.yaml)
`;

export const options = {
  config: { type: 'string', path: 'file' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const actions = ['print', 'check', 'import', 'reference'] as const;
export const operands = 'file';

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('config', args, options);
  const [given, ...files] = positionals;
  const action = chooseAction('config', given, actions);
  const expected = action === 'check' || action === 'import' ? 1 : 0;
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
      return await check(files[0]!, values.json);
    case 'import':
      return importFile(files[0]!, values.json);
    case 'reference':
      print(configReference().trimEnd());
      return 0;
  }
}

async function check(file: string, json: boolean | undefined): Promise<ExitCode> {
  const { warnings, errors, fileProblems } = await checkConfigFile(file, process.env);
  const valid = errors.length + fileProblems.length === 0;
  if (json) {
    const problems = [...errors.map(({ message }) => message), ...fileProblems];
    printJson({ valid, problems, warnings });
    return valid ? 0 : 1;
  }
  for (const warning of warnings) print(`${paint('yellow', 'note:')} ${warning}`);
  for (const error of errors) note(`${error.message}\n${error.todo} [${error.code}]`);
  for (const problem of fileProblems) note(problem);
  if (valid) print(`${file} is valid`);
  return valid ? 0 : 1;
}

function importFile(file: string, json: boolean | undefined): ExitCode {
  const imported = importConfig(readYaml(file)!);
  if (json) printJson(imported);
  else print(printImported(imported, file).trimEnd());
  try {
    createConfig(imported.settings);
    return 0;
  } catch (error) {
    if (!isGatewayError(error, 'CONFIG_INVALID')) throw error;
    note(error.message);
    return 1;
  }
}
