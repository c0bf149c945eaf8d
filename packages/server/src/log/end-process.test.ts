import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { scratchDirectory } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';

const here = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** Runs a program; `PIPE` is a pipe that nobody reads or writes, so that opening it blocks a thread. */
async function run(program: string): Promise<{ code: number | null; output: string; errors: string }> {
  const pipe = join(await scratchDirectory(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const child = execFile(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, PIPE: pipe },
  });
  let output = '';
  let errors = '';
  child.stdout!.on('data', (text: string) => {
    output += text;
  });
  child.stderr!.on('data', (text: string) => {
    errors += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

for (const [name, code] of [
  ['endProcess', 0],
  ['endProcess', 1],
  ['endProcessNow', 1],
] as const) {
  it(`${name} ends the process with ${code} while a thread is blocked`, async () => {
    const { code: exitCode, errors } = await run(`
      import { open } from 'node:fs';
      import { ${name} } from ${here('./end-process.ts')};
      open(process.env.PIPE, 'r', () => {});
      setImmediate(() => ${name}(${code}));`);
    expect(errors).toBe('');
    expect(exitCode).toBe(code);
  });
}

it('writes the log before it ends the process', async () => {
  const { code, output } = await run(`
    import { openLog } from ${here('./create-log.ts')};
    import { endProcess } from ${here('./end-process.ts')};
    const { log, output } = openLog({ level: 'info', format: 'json' });
    for (let count = 1; count <= 500; count++) log.info({ count }, 'a line');
    await endProcess(3, output);`);
  expect(code).toBe(3);
  expect(output).toContain('"count":500');
});

it('the log has the names and codes of warnings, not their messages', async () => {
  const { output, errors } = await run(`
    import { openLog } from ${here('./create-log.ts')};
    import { endProcess } from ${here('./end-process.ts')};
    import { logWarnings } from ${here('./warnings.ts')};
    const { log, output } = openLog({ level: 'info', format: 'json' });
    logWarnings(log);
    process.emitWarning('a message with data', { type: 'DeprecationWarning', code: 'DEP9999' });
    setImmediate(() => endProcess(0, output));`);
  expect(JSON.parse(output)).toMatchObject({ level: 'warn', warning: 'DeprecationWarning', code: 'DEP9999' });
  expect(output + errors).not.toContain('with data');
});
