import { openApiDocument, ROUTES } from '@rtcstats-server/api';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../errors/errors.ts';
import type { ErrorEntry } from '../errors/table/entry.ts';
import { CONSOLE_ROUTES } from './console-pages.ts';
import { type AdminContext, registerAdmin } from './server.ts';

/** Routes are listed, not called: everything behind them may be missing. */
const context = { tryIt: {}, canary: {}, risk: {}, tokens: [] } as unknown as AdminContext;

it('registers the routes of the OpenAPI document, and no others but the pages of the console', async () => {
  const registered: string[] = [];
  const app = Fastify();
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((name) => name !== 'HEAD');
    if (!CONSOLE_ROUTES.has(url)) registered.push(...methods.map((name) => `${name} ${url}`));
  });
  registerAdmin(app, context);
  await app.ready();
  await app.close();
  const documented = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(registered.sort()).toEqual(documented.sort());
});

it.each(ROUTES)('$method $path: documents error codes with the status that they have', ({ errors = {} }) => {
  for (const [status, codes] of Object.entries(errors)) {
    for (const code of codes) {
      expect(ERRORS).toHaveProperty(code);
      expect((ERRORS[code as ErrorCode] as ErrorEntry).httpStatus).toBe(Number(status));
    }
  }
});
