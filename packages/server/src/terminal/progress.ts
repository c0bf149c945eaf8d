import { formatBytes } from './terminal.ts';

const FIRST_MS = 1000;
const EVERY_MS = 250;

/**
 * Shows on standard error how far a long job is. Nothing unless that is a terminal, and nothing in the first second.
 *
 * @param size of everything in bytes, if it is known
 * @returns takes the display away
 */
export function showProgress(name: string, bytesRead: () => number, size: number | undefined): () => void {
  if (!process.stderr.isTTY) return () => {};
  let interval: NodeJS.Timeout | undefined;
  const draw = () => {
    const read = bytesRead();
    const share =
      size === undefined || size === 0 ? '' : ` of ${formatBytes(size)} (${Math.floor((100 * read) / size)} %)`;
    process.stderr.write(`\r${name}: ${formatBytes(read)}${share}\x1b[K`);
  };
  const first = setTimeout(() => {
    draw();
    interval = setInterval(draw, EVERY_MS);
  }, FIRST_MS);
  return () => {
    clearTimeout(first);
    if (interval === undefined) return;
    clearInterval(interval);
    process.stderr.write('\r\x1b[K');
  };
}

export interface Steps {
  /** Shows what is being done now, in place of what was before. */
  show(step: string): void;
  /** Takes the display away. */
  end(): void;
}

/** Shows on standard error what a job of several steps is at. Nothing unless that is a terminal. */
export function showSteps(name: string): Steps {
  if (!process.stderr.isTTY) return { show() {}, end() {} };
  let last = Number.NEGATIVE_INFINITY;
  let shown = '';
  return {
    show(step) {
      // The count of messages alone changes faster than anybody reads.
      const now = performance.now();
      const kind = step.replaceAll(/\d+/g, '');
      if (kind === shown && now - last < EVERY_MS) return;
      last = now;
      shown = kind;
      process.stderr.write(`\r${name}: ${step}\x1b[K`);
    },
    end() {
      if (shown !== '') process.stderr.write('\r\x1b[K');
    },
  };
}
