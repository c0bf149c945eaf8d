import { createInterface } from 'node:readline/promises';

/** Whether a question can be asked: a person types the input and sees standard error. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks a question on standard error, so that the answer of a command stays alone on standard output. */
export async function confirm(question: string): Promise<boolean> {
  return /^\s*y(es)?\s*$/i.test(await ask(`${question} [y/N] `));
}

/** Asks for a text that has to be typed exactly, before something that cannot be undone. */
export async function confirmByTyping(question: string, expected: string): Promise<boolean> {
  return (await ask(`${question} `)).trim() === expected;
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and the end of the input mean no.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}
