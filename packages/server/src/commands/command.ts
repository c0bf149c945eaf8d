/** 0: done. 1: the answer is no (findings, not valid, no such session). 2: could not. */
export type ExitCode = 0 | 1 | 2;

/** What each file of a command exports. */
export interface Command {
  /** What `--help` prints: usage, flags with their defaults, an example. */
  readonly help: string;
  /** Rejects with a `GatewayError` when it could not do it. `--help` is dealt with before. */
  run(args: readonly string[]): Promise<ExitCode>;
}
