import { parentPort } from 'node:worker_threads';

/** An error, without its class: a structured clone would lose the properties instead. */
export interface Failure {
  readonly message: string;
  /** Its own properties that are texts or numbers, such as `code`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The answer to a batch of operations. */
export interface Replies<Result> {
  /** In the order of the operations; undefined for those that failed. */
  readonly results: readonly (Result | undefined)[];
  /** By the index of the operation. */
  readonly failures: readonly (readonly [index: number, Failure])[];
}

/** To be called once in the script of a `BlockingThread`. `execute` may block and may throw. */
export function serveOperations<Operation, Result>(execute: (operation: Operation) => Result): void {
  parentPort!.on('message', (operations: readonly Operation[]) => {
    const failures: [number, Failure][] = [];
    const results = operations.map((operation, index) => {
      try {
        return execute(operation);
      } catch (error) {
        failures.push([index, failureOf(error)]);
        return undefined;
      }
    });
    parentPort!.postMessage({ results, failures } satisfies Replies<Result>);
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), properties: {} };
  const properties = Object.entries(error).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return { message: error.message, properties: Object.fromEntries(properties) };
}
