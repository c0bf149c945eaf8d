import type { OptionSpecs } from './arguments.ts';

/** 0: done. 1: the answer is no (findings, invalid, no such session). 2: the command failed. */
export type ExitCode = 0 | 1 | 2;

/** The exports of a module that implements a command. */
export interface Command {
  /** The text of `--help`: usage, flags with their defaults, an example. The manual page is made from it. */
  readonly help: string;
  /** The flags it takes. Shell completion is made from them. */
  readonly options: OptionSpecs;
  /** Its subcommands, if it has any. */
  readonly actions?: readonly string[];
  /** What its arguments are paths of, if shells should complete them. */
  readonly operands?: 'file' | 'directory';
  /**
   * Rejects with a `GatewayError` when the command fails. `--help` is handled by the caller.
   *
   * @param commands all commands, for those that print something about each
   */
  run(args: readonly string[], commands: CommandTable): Promise<ExitCode>;
}

export interface CommandEntry {
  /** One line for the overview, shell completion and the manual page. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Commands by name. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;
