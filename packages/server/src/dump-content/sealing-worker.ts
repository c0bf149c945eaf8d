import { parentPort } from 'node:worker_threads';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { NewHeader, NewKey, SealingAnswer, SealingMessage, SealingName, SealingRequests } from './sealing.ts';

/** At the end of an empty age file: the nonce of its payload, and the tag of its empty chunk. */
const EMPTY_PAYLOAD_BYTES = 32;

const METHODS: { [N in SealingName]: (given: SealingRequests[N]['given']) => Promise<SealingRequests[N]['answer']> } = {
  newKey,
  newHeader,
};

async function newKey({ recipients }: SealingRequests['newKey']['given']): Promise<NewKey> {
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const wrapped = armor.encode(await encrypter.encrypt(`${identity}\n`));
  return { recipient: await identityToRecipient(identity), wrapped };
}

/** The package gives no access to the key of a payload, except to a recipient, as which this function takes part. */
async function newHeader({ recipient }: SealingRequests['newHeader']['given']): Promise<NewHeader> {
  let fileKey: Uint8Array | undefined;
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = key.slice();
      return [];
    },
  });
  const file = await encrypter.encrypt('');
  return { header: file.slice(0, file.length - EMPTY_PAYLOAD_BYTES), fileKey: fileKey! };
}

parentPort!.on('message', ({ id, name, given }: SealingMessage) => {
  const method = METHODS[name] as (given: unknown) => Promise<unknown>;
  method(given).then(
    (answer) => parentPort!.postMessage({ id, answer } satisfies SealingAnswer),
    (error: Error) => parentPort!.postMessage({ id, error: error.message } satisfies SealingAnswer),
  );
});
