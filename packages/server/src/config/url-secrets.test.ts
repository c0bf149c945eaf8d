import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../errors/gateway-error.ts';
import { createConfig } from './config.ts';
import { printConfig, publicConfig } from './print.ts';
import { withoutUrlSecrets } from './url-secrets.ts';

it.each([
  ['https://id.example.com/keys', 'https://id.example.com/keys'],
  ['https://id.example.com/keys?tenant=a&key=b#c', 'https://id.example.com/keys?tenant=…&key=…#…'],
  ['https://id.example.com/keys?b&', 'https://id.example.com/keys?…&'],
  ['https://a:b@id.example.com/', 'https://…@id.example.com/'],
  ['https://a:b/c?d@e#f g@id.example.com/?h=i', 'https://…@id.example.com/?h=…'],
  ['https:a:b@id.example.com', '…@id.example.com'],
  ['a:b@id.example.com', '…@id.example.com'],
  ['//a:b@id.example.com', '//…@id.example.com'],
])('hides what may be secret: %s', (url, expected) => {
  expect(withoutUrlSecrets(url, true)).toBe(expected);
});

it.each([
  ['name?a=b', 'name?a=b'],
  ['a@b.example', 'a@b.example'],
  ['see https://a:b@c.example/?d=e', 'see https://…@c.example/?d=…'],
])('hides it in a text that is not meant to be a URL: %s', (text, expected) => {
  expect(withoutUrlSecrets(text, false)).toBe(expected);
});

describe('a secret in a URL', () => {
  it('is not printed with the configuration', () => {
    const config = createConfig({
      authorization: { jwksUrl: 'https://id.example.com/keys?tenant=one&key=TOP-SECRET' },
      storage: { type: 's3', s3: { bucket: 'dumps', endpoint: 'https://s3.example.com/?signature=TOP-SECRET' } },
    });
    expect(JSON.stringify(publicConfig(config)) + printConfig(config)).not.toContain('TOP-SECRET');
    expect(printConfig(config)).toContain('jwksUrl: https://id.example.com/keys?tenant=…&key=…');
  });

  it.each([
    { authorization: { jwksUrl: 'https://user:TOP-SECRET@id.example.com/keys' } },
    { authorization: { jwksUrl: 'user:TOP-SECRET@id.example.com/keys' } },
    { authorization: { jwksUrl: 'ftp://id.example.com/keys?key=TOP-SECRET' } },
    { authorization: { jwksUrl: ['https://user:TOP-SECRET@id.example.com/keys'] } },
    { storage: { type: 's3', s3: { bucket: 'b', endpoint: 'https://user:TOP-SECRET@s3.example.com' } } },
    { storage: { type: 's3', s3: { bucket: 'b', endpoint: 'https://:TOP-SECRET@s3.example.com' } } },
    { forward: { endpoint: 'https://user:TOP-SECRET@api.example.com' } },
    { forward: { endpoint: 'https://api.example.com/?key=TOP-SECRET' } },
    { catalog: { type: 'postgres', postgres: { connectionString: 'postgress://user:TOP-SECRET@db/x' } } },
    { server: { allowedOrigins: ['https://user:TOP-SECRET@app.example.com'] } },
    { admin: { host: 'http://user:TOP-SECRET@app.example.com' } },
  ])('is not in the message that rejects it: %j', (values) => {
    let message: string | undefined;
    try {
      createConfig(values);
    } catch (error) {
      if (isGatewayError(error)) message = `${error.message} ${error.todo}`;
    }
    expect(message).toBeDefined();
    expect(message).not.toContain('TOP-SECRET');
  });
});
