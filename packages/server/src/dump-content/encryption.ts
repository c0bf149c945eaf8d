import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { PRIVATE_FILE_MODE } from '../files/private-files.ts';
import { splitAgeFile } from './age-header.ts';
import { opened, sealed } from './age-payload.ts';
import type { NewKey } from './sealing.ts';
import { SealingThread } from './sealing-thread.ts';

/** The settings of `storage.encryption`. */
export interface EncryptionSettings {
  /** Public keys of the operator (`age1…`). Empty: new dumps are not encrypted. */
  readonly recipients: readonly string[];
  /** Absolute path of a file with private keys, as `age-keygen` writes it. Absent: encrypted dumps cannot be read. */
  readonly identityFile?: string | undefined;
}

const READ_BYTES = 256 * 1024;

/**
 * Encrypts and decrypts dumps in the age format (https://c2sp.org/age):
 *
 *     identity of the operator ──opens──▶ key of the dump (catalog, `DumpKeys`) ──opens──▶ dump (storage)
 *
 * The key of a dump is not in the dump, as it would be in an age file for the operator, so that destroying the key
 * destroys all copies of the dump.
 */
export class DumpEncryption {
  readonly #recipients: readonly string[];
  /** Private. Never in a message. */
  readonly #identities: readonly string[];
  readonly #identityFile: string | undefined;
  readonly #thread = new SealingThread();

  private constructor({ recipients, identityFile }: EncryptionSettings, identities: readonly string[]) {
    this.#recipients = recipients;
    this.#identityFile = identityFile;
    this.#identities = identities;
  }

  /** @throws GatewayError ENCRYPTION_UNUSABLE */
  static async open(settings: EncryptionSettings): Promise<DumpEncryption> {
    const { recipients, identityFile } = settings;
    if (recipients.length === 0 && identityFile === undefined) return new DumpEncryption(settings, []);
    // Loaded only where it is needed.
    const { Encrypter, identityToRecipient } = await import('age-encryption');
    for (const recipient of recipients) {
      try {
        new Encrypter().addRecipient(recipient);
      } catch {
        throw new GatewayError(
          'ENCRYPTION_UNUSABLE',
          `storage.encryption.recipients: ${recipient} is not a public key`,
          {
            todo: 'Copy the whole line that begins with age1 from the output of `age-keygen`.',
          },
        );
      }
    }
    if (identityFile === undefined) return new DumpEncryption(settings, []);
    const identities = await readIdentities(identityFile);
    const own: string[] = [];
    for (const [index, identity] of identities.entries()) {
      try {
        own.push(await identityToRecipient(identity));
      } catch {
        throw new GatewayError('ENCRYPTION_UNUSABLE', `${identityFile}: key ${index + 1} is not an age identity`, {
          todo: 'Every line that is not a comment has to begin with AGE-SECRET-KEY-, as `age-keygen` writes it.',
        });
      }
    }
    if (recipients.length > 0 && !recipients.some((recipient) => own.includes(recipient))) {
      const message = `No key in ${identityFile} belongs to a public key of storage.encryption.recipients, so new dumps could not be read`;
      const todo = `Add the public key of the file to the recipients: ${own.join(', ')}`;
      throw new GatewayError('ENCRYPTION_UNUSABLE', message, { todo });
    }
    return new DumpEncryption(settings, identities);
  }

  /** Whether new dumps are encrypted. */
  get isOn(): boolean {
    return this.#recipients.length > 0;
  }

  /** Makes the key of a dump. */
  async newKey(): Promise<NewKey> {
    return await this.#thread.call('newKey', { recipients: this.#recipients });
  }

  /**
   * Encrypts a file. Memory does not grow with its size.
   *
   * @param target a file that does not exist
   * @param recipient the public part of the key of the dump
   * @returns the size of the plain file in bytes
   */
  async encryptFile(path: string, target: string, recipient: string): Promise<number> {
    const { header, fileKey } = await this.#thread.call('newHeader', { recipient });
    let bytes = 0;
    await pipeline(
      createReadStream(path, { highWaterMark: READ_BYTES }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
      },
      async function* (chunks: AsyncIterable<Buffer>) {
        yield header;
        yield* sealed(chunks, fileKey);
      },
      createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE_MODE, highWaterMark: READ_BYTES }),
    );
    return bytes;
  }

  /**
   * Decrypts an age file.
   *
   * @param wrapped the keys of the dump, one of which opens it
   * @throws GatewayError DUMP_ENCRYPTED if there is no identity that opens the keys; DumpError if the file is damaged,
   *   or none of the keys is the one of this file; the stream fails with a DumpError
   */
  async decrypt(
    chunks: AsyncIterator<Uint8Array>,
    wrapped: readonly string[],
  ): Promise<AsyncGenerator<Uint8Array, void>> {
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    for (const key of wrapped) {
      const identity = await this.#unwrap(key);
      try {
        decrypter.addIdentity(identity);
      } catch {
        // Without a cause, whose message may quote the key.
        throw new GatewayError('DUMP_ENCRYPTED', 'The key of the dump in the catalog is damaged');
      }
    }
    const { header, payload } = await splitAgeFile(chunks);
    let fileKey: Uint8Array;
    try {
      fileKey = await decrypter.decryptHeader(header);
    } catch (cause) {
      const message = 'The key of the dump in the catalog does not open it';
      const todo = 'The dump is damaged, or dump and catalog are from different backups.';
      throw new GatewayError('DUMP_ENCRYPTED', message, { todo, cause });
    }
    return opened(payload, fileKey);
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** @returns the identity of the dump, which is never stored */
  async #unwrap(wrapped: string): Promise<string> {
    if (this.#identityFile === undefined) throw new GatewayError('DUMP_ENCRYPTED');
    const { armor, Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    for (const identity of this.#identities) decrypter.addIdentity(identity);
    try {
      return (await decrypter.decrypt(armor.decode(wrapped), 'text')).trim();
    } catch (cause) {
      const message = `The dump was encrypted for other keys than those in ${this.#identityFile}`;
      const todo =
        'Add the private key of that time to the file; keys of former recipients stay there as long as their dumps.';
      throw new GatewayError('DUMP_ENCRYPTED', message, { todo, cause });
    }
  }
}

/** The keys of a file that has one per line, and comments that begin with `#`. */
async function readIdentities(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const message = `storage.encryption.identityFile: ${path} cannot be read (${String(errorCode(error))})`;
    throw new GatewayError('ENCRYPTION_UNUSABLE', message);
  }
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length > 0) return identities;
  throw new GatewayError('ENCRYPTION_UNUSABLE', `storage.encryption.identityFile: ${path} has no key`);
}
