import { formatBytes } from './formats.ts';

const FIRST_MS = 1000;
const EVERY_MS = 250;

/**
 * Shows the progress of a long job on standard error, after the first second and only if that is a terminal.
 *
 * @param size total in bytes, if known
 * @returns a function that removes the display
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
  /** Replaces the displayed step. */
  show(step: string): void;
  /** Removes the display. */
  end(): void;
}

/** Shows the current step of a job on standard error, only if that is a terminal. */
export function showSteps(name: string): Steps {
  if (!process.stderr.isTTY) return { show() {}, end() {} };
  let last = Number.NEGATIVE_INFINITY;
  let shown = '';
  return {
    show(step) {
      // Skip updates that only change a number, because they come faster than anybody reads.
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
