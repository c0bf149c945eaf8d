import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether disks can be frozen here: it needs a C compiler and glibc's way to replace functions. */
export function canFreezeDisks(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A directory whose writes can be made to hang, in programs that are started with its environment. */
export class FrozenDisk {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #flag: string;

  /** @param scratch a directory for it and its files */
  constructor(scratch: string) {
    this.directory = join(realpathSync(scratch), 'disk');
    this.#flag = join(scratch, 'frozen');
    mkdirSync(this.directory);
    const library = join(scratch, 'frozen-disk.so');
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'frozen-disk.c'), '-ldl']);
    this.environment = { LD_PRELOAD: library, FROZEN_DIRECTORY: `${this.directory}/`, FROZEN_WHILE: this.#flag };
  }

  freeze(): void {
    writeFileSync(this.#flag, '');
  }

  thaw(): void {
    rmSync(this.#flag, { force: true });
  }
}
