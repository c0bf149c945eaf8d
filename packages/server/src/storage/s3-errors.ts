import { GatewayError } from '../errors/gateway-error.ts';

export interface S3Place {
  readonly bucket: string;
  /** `undefined`: AWS */
  readonly endpoint: string | undefined;
}

interface Refusal {
  readonly what: string;
  readonly todo: string;
}

const CREDENTIALS: Refusal = {
  what: 'does not take the credentials',
  todo: 'Correct storage.s3.credentials, or what the AWS SDK finds in their place (environment, profile, role).',
};
const REGION: Refusal = {
  what: 'is in another region',
  todo: 'Set storage.s3.region to the region of the bucket.',
};
const NO_BUCKET: Refusal = {
  what: 'is not there',
  todo: 'Create the bucket, or correct storage.s3.bucket, endpoint and forcePathStyle.',
};
const DENIED: Refusal = {
  what: 'may not be used by these credentials as the gateway needs it',
  todo: 'Allow them s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucket, and with SSE-KMS kms:GenerateDataKey and kms:Decrypt.',
};
const KEY: Refusal = {
  what: 'cannot use the key of SSE-KMS',
  todo: 'Correct storage.s3.kmsKeyId, or switch the key on.',
};

/**
 * Errors that need an operator, because waiting does not help
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: NO_BUCKET,
  AccessDenied: DENIED,
  AllAccessDisabled: DENIED,
  AccountProblem: DENIED,
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  CredentialsProviderError: {
    what: 'cannot be asked without credentials',
    todo: 'Set storage.s3.credentials, or give the AWS SDK some (environment, profile, role of the container or machine).',
  },
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  RequestTimeTooSkewed: {
    what: 'finds that the clock of this machine is wrong',
    todo: 'Set the clock of this machine.',
  },
  'KMS.NotFoundException': KEY,
  'KMS.DisabledException': KEY,
  'KMS.KMSInvalidStateException': KEY,
};

/** Codes with a 4xx status that may pass: bytes that were changed or delayed on the way, and conflicting requests. */
const PASSING = new Set([
  'RequestTimeout',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'OperationAborted',
  'NoSuchUpload',
]);

/** Translates errors of the AWS SDK: where, what, and what to do. Its own messages are not passed on. */
export class S3Errors {
  readonly #where: string;

  constructor({ bucket, endpoint }: S3Place) {
    this.#where = `The bucket ${bucket} ${endpoint === undefined ? 'of AWS' : `at ${new URL(endpoint).host}`}`;
  }

  isAccessDenied(error: unknown): boolean {
    return error instanceof Error && error.name === 'AccessDenied';
  }

  describe(error: unknown): GatewayError {
    const { name, code, status } = facts(error);
    if (name === 'NoSuchKey') return new GatewayError('DUMP_NOT_FOUND');
    const refusal = REFUSALS[name];
    if (refusal) {
      return new GatewayError('STORAGE_MISCONFIGURED', `${this.#where} ${refusal.what} (${name})`, {
        todo: refusal.todo,
        cause: error,
      });
    }
    // The SDK has no error class for this.
    if (error instanceof Error && error.message === 'Region is missing') {
      return new GatewayError('STORAGE_MISCONFIGURED', `${this.#where} cannot be found without its region`, {
        todo: REGION.todo,
        cause: error,
      });
    }
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429 && !PASSING.has(name);
    if (refused || status === 501) {
      return new GatewayError(
        'STORAGE_MISCONFIGURED',
        `${this.#where} refuses what it is asked (${name}, HTTP ${status})`,
        {
          todo: `Look up ${name} in the manual of the service, and compare the settings below storage.s3.`,
          cause: error,
        },
      );
    }
    const late = name === 'AbortError' || name === 'TimeoutError';
    const reason = status > 0 ? `${name}, HTTP ${status}` : late ? 'no answer in time' : (code ?? name);
    return new GatewayError('STORAGE_UNAVAILABLE', `${this.#where} cannot be reached or written (${reason})`, {
      todo: 'Check that the service runs and can be reached from here; finished dumps wait in the spool until it works again.',
      cause: error,
    });
  }

  /** The error for an object whose stream ended early. */
  brokenOff(read: number, length: number | undefined, cause: unknown): GatewayError {
    const all = length === undefined ? '' : ` of ${length}`;
    return new GatewayError('STORAGE_UNAVAILABLE', `${this.#where} stopped after ${read}${all} bytes of a dump`, {
      todo: 'Try again; if it happens again, look at the service and the network in between.',
      cause,
    });
  }
}

function facts(error: unknown): { name: string; code: string | undefined; status: number } {
  if (!(error instanceof Error)) return { name: 'unknown', code: undefined, status: 0 };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const own = typeof code === 'string' ? code : undefined;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return {
    name: error.name,
    code: own ?? (first === undefined ? undefined : facts(first).code),
    status: $metadata?.httpStatusCode ?? 0,
  };
}
