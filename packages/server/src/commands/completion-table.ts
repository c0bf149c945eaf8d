import type { CommandTable } from './command.ts';
import { flagSummaries } from './help-text.ts';

/** A flag as completion scripts need it. */
export interface CompletedFlag {
  readonly name: string;
  readonly short: string | undefined;
  readonly summary: string;
  /** Undefined: the flag takes no value. `any`: a value that cannot be completed. */
  readonly value: 'file' | 'directory' | 'any' | readonly string[] | undefined;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly actions: readonly string[];
  readonly operands: 'file' | 'directory' | undefined;
  readonly flags: readonly CompletedFlag[];
}

/** What shells complete, from the tables of the commands. */
export async function completionTable(commands: CommandTable): Promise<CompletedCommand[]> {
  return await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { help, options, actions = [], operands } = await load();
      const summaries = flagSummaries(help);
      const flags = Object.entries(options).map(
        ([flag, { type, short, path, values }]): CompletedFlag => ({
          name: flag,
          short,
          summary: summaries.get(flag) ?? '',
          value: type === 'boolean' ? undefined : (values ?? path ?? 'any'),
        }),
      );
      const helpFlag = { name: 'help', short: 'h', summary: 'explain the command', value: undefined };
      return { name, summary, actions, operands, flags: [...flags, helpFlag] };
    }),
  );
}
