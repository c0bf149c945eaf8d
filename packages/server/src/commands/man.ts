import { print } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { CommandTable, ExitCode } from './command.ts';
import { manualPage } from './manual-page.ts';

export const help = `
Usage: rtcstats-server man

Prints the manual page, with the text of \`--help\` of every command.

  -h, --help         explain the command

Example: rtcstats-server man > ~/.local/share/man/man1/rtcstats-server.1
`;

export const options = {} as const satisfies OptionSpecs;

export async function run(args: readonly string[], commands: CommandTable): Promise<ExitCode> {
  const { positionals } = parseArguments('man', args, options);
  if (positionals.length > 0) throw usageError(`man takes no ${JSON.stringify(positionals[0])}`, 'man');
  print((await manualPage(commands)).trimEnd());
  return 0;
}
