import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { PROGRAM } from './program.ts';

/** A command line for the host. */
export interface HostedCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** All environment variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array;
}

/** What a command has written, and its exit code. */
export interface HostedResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/*
 * A process that runs one command after the other, because loading the program takes longer than most commands. It is
 * started by `runProgram`. For a command everything is as in a process of its own, except for the start and the end.
 */

const umask = process.umask();
let runs = 0;

async function run({ args, cwd, env, stdin }: HostedCommand): Promise<HostedResult> {
  process.chdir(cwd);
  process.env = { ...env };
  process.argv = [process.execPath, PROGRAM, ...args];
  process.exitCode = undefined;
  Object.defineProperty(process, 'stdin', { value: Readable.from([stdin], { objectMode: false }), configurable: true });
  const [stdout, stderr] = [captured(process.stdout), captured(process.stderr)];
  try {
    // The module runs the command when it is loaded, and a query makes it another module.
    await import(`${pathToFileURL(PROGRAM)}?run=${++runs}`);
    return { code: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr() };
  } finally {
    for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
    process.umask(umask);
  }
}

/** Keeps what is written to a stream from now on. @returns a function that ends this and returns the bytes */
function captured(stream: NodeJS.WriteStream): () => Uint8Array {
  const { write } = stream;
  const chunks: Buffer[] = [];
  stream.write = (chunk: string | Uint8Array) => {
    chunks.push(Buffer.from(chunk));
    return true;
  };
  return () => {
    stream.write = write;
    return Buffer.concat(chunks);
  };
}

if (process.send !== undefined) {
  process.on('message', (command: HostedCommand) => {
    void run(command).then(
      (result) => process.send!(result),
      // Like an error that nothing catches: the caller sees that the host has ended.
      (error: unknown) => {
        console.error(error);
        process.exit(70);
      },
    );
  });
}
