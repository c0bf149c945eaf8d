import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadOptional } from './optional-package.ts';

/** A specifier that the test runner cannot see through: Node.js itself has to look for it. */
const missing = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ `data:text/javascript,import ${JSON.stringify(name)};`);

describe('loadOptional', () => {
  it('resolves to what was loaded', async () => {
    expect(await loadOptional('storage.type: s3', ['no-such-package'], async () => 7)).toBe(7);
  });

  it.each([
    ['a missing package', () => import(/* @vite-ignore */ ['no-such', 'package'].join('-'))],
    [
      'a missing file of a package',
      async () => createRequire(import.meta.url).resolve(['no-such-package', 'data.mmdb'].join('/')),
    ],
  ])('names the setting and the packages when loading fails because of %s', async (_, load) => {
    const packages = ['no-such-package', 'another'];
    await expect(loadOptional('storage.type: s3', packages, load)).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: 'storage.type: s3 needs a package that is not installed',
      todo: expect.stringContaining('`npm install no-such-package another`'),
    });
  });

  it('leaves other errors alone', async () => {
    await expect(loadOptional('x', ['pg'], async () => missing('no-such-package'))).rejects.not.toMatchObject({
      code: 'PACKAGE_MISSING',
    });
    const failure = new Error("'pg' has failed");
    await expect(loadOptional('x', ['pg'], () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
