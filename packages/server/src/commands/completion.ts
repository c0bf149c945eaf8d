import { print } from '../terminal/terminal.ts';
import { chooseAction, type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { CommandTable, ExitCode } from './command.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completion-scripts.ts';
import { completionTable } from './completion-table.ts';

export const help = `
Usage: rtcstats-server completion bash|zsh|fish

Prints a script with which the shell completes commands, subcommands, flags, their values and paths.

bash  source it in ~/.bashrc, or install it as /etc/bash_completion.d/rtcstats-server
zsh   install it as _rtcstats-server in a directory of $fpath
fish  install it as ~/.config/fish/completions/rtcstats-server.fish

  -h, --help         explain the command

Example: rtcstats-server completion bash > ~/.local/share/bash-completion/completions/rtcstats-server
`;

export const options = {} as const satisfies OptionSpecs;

export const actions = ['bash', 'zsh', 'fish'] as const;

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export async function run(args: readonly string[], commands: CommandTable): Promise<ExitCode> {
  const { positionals } = parseArguments('completion', args, options);
  const shell = chooseAction('completion', positionals[0], actions);
  if (positionals.length > 1) throw usageError('completion takes one shell', 'completion');
  print(SCRIPTS[shell](await completionTable(commands)).trimEnd());
  return 0;
}
