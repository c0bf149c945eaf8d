import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { registerTryIt } from './try-it-routes.ts';

async function ask(url: string, port: number | undefined, token?: string) {
  const app = Fastify();
  const sign = (conference: string) => Promise.resolve(token && `${token} for ${conference}`);
  registerTryIt(app, { tokenRequired: token !== undefined, sign }, () => port);
  return await app.inject(url);
}

it('answers with the port and a token to connect with', async () => {
  const url = '/api/try-it?conference=try-1';
  expect((await ask(url, 8080)).json()).toEqual({ port: 8080, tokenRequired: false, token: null });
  expect((await ask(url, 8080, 'token')).json()).toEqual({ port: 8080, tokenRequired: true, token: 'token for try-1' });
});

it.each([
  ['/api/try-it', 8080, 'conference'],
  ['/api/try-it?conference=a&port=1', 8080, 'conference'],
  ['/api/try-it?conference=a', undefined, 'not listening yet'],
])('%s with the port %s: %s', async (url, port, message) => {
  expect((await ask(url, port)).json().message).toContain(message);
});
