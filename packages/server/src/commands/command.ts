/** 0: done. 1: the answer is no (findings, invalid, no such session). 2: the command failed. */
export type ExitCode = 0 | 1 | 2;

/** The exports of a module that implements a command. */
export interface Command {
  /** The text of `--help`: usage, flags with their defaults, an example. */
  readonly help: string;
  /** Rejects with a `GatewayError` when the command fails. `--help` is handled by the caller. */
  run(args: readonly string[]): Promise<ExitCode>;
}
