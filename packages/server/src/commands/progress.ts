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
