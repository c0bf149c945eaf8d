import { buffer } from 'node:stream/consumers';
import { generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { isGatewayError } from '../errors/gateway-error.ts';
import { dumpDirectory, keyPair } from './testing/stores.ts';

const OPERATOR = await keyPair();
const OTHER = await keyPair();

it.each([
  [
    'a recipient with a typing error',
    [OPERATOR.recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))],
    undefined,
    'is not a public key',
  ],
  ['a file that is not there', [OPERATOR.recipient], 'missing', 'cannot be read (ENOENT)'],
  ['a file without a key', [OPERATOR.recipient], [], 'has no key'],
  ['a file with another text', [OPERATOR.recipient], ['secret text'], 'key 1 is not an age identity'],
  [
    'a damaged private key',
    [OPERATOR.recipient],
    [OPERATOR.identity, `${OTHER.identity}Q`],
    'key 2 is not an age identity',
  ],
  ['the key of somebody else', [OPERATOR.recipient], [OTHER.identity], 'belongs to a public key'],
] as const)(
  'refuses %s at the start, without a private key in the message',
  async (_, recipients, identities, problem) => {
    const { open, path } = await dumpDirectory();
    const opened =
      identities === 'missing'
        ? import('./encryption.ts').then(({ DumpEncryption }) =>
            DumpEncryption.open({ recipients, identityFile: path('missing') }),
          )
        : open(recipients, identities);
    const error: unknown = await opened.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ENCRYPTION_UNUSABLE', message: expect.stringContaining(problem) });
    if (!isGatewayError(error)) throw error;
    expect(`${error.message} ${error.todo} ${String(error.cause)}`).not.toMatch(/SECRET-KEY-1|secret text/);
  },
);

it('knows keys that withstand quantum computers', async () => {
  const identity = await generateHybridIdentity();
  const { open, file } = await dumpDirectory();
  const { storage } = await open([await identityToRecipient(identity)], [identity]);
  await storage.put('a.gz', await file('dump'));
  expect((await buffer(await storage.get('a.gz'))).toString()).toBe('dump');
});
