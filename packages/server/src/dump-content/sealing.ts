/**
 * The requests to the thread that makes keys and headers of age files (sealing-worker.ts): public-key cryptography in
 * JavaScript takes milliseconds per dump, which the sockets would wait for.
 */
export interface SealingRequests {
  /** Makes the key of a dump. */
  readonly newKey: {
    /** The recipients of the operator. */
    readonly given: { readonly recipients: readonly string[] };
    readonly answer: NewKey;
  };
  /** Makes the header of an age file for one recipient. */
  readonly newHeader: {
    readonly given: { readonly recipient: string };
    readonly answer: NewHeader;
  };
}

export interface NewKey {
  /** The public part of the key: `age1…`. */
  readonly recipient: string;
  /** The key as an armored age file for the recipients of the operator. */
  readonly wrapped: string;
}

export interface NewHeader {
  readonly header: Uint8Array;
  /** The key of the payload, which the header wraps; 16 bytes. */
  readonly fileKey: Uint8Array;
}

export type SealingName = keyof SealingRequests;

export interface SealingMessage {
  readonly id: number;
  readonly name: SealingName;
  readonly given: unknown;
}

/** Messages of errors hold no key. */
export type SealingAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };
