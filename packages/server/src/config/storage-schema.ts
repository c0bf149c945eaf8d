import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

const s3 = z.strictObject({
  bucket: z
    .string()
    .regex(/^([A-Za-z0-9][A-Za-z0-9._-]{2,254}|arn:[\x21-\x7e]{1,2043})$/)
    .optional()
    .register(settingInfo, {
      help: 'The bucket of the dumps. It has to exist. The gateway reads, writes and deletes in it (`s3:GetObject`, `s3:PutObject`, `s3:DeleteObject`, `s3:AbortMultipartUpload`; `s3:ListBucket` lets it tell a missing dump from one it may not read).',
      allowed: 'the name of a bucket, or the ARN of an access point',
    }),
  region: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .optional()
    .register(settingInfo, {
      help: 'The region of the bucket.',
      allowed: 'the name of a region, such as eu-central-1',
      defaultText: "that of AWS's own settings (AWS_REGION, profile); with an endpoint us-east-1",
    }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine((text) => {
      const url = URL.parse(text);
      return url?.username === '' && url.password === '';
    })
    .optional()
    .register(settingInfo, {
      help: 'Address of a service that speaks the protocol of S3, for those that are not AWS.',
      allowed: 'a URL that begins with https:// or http://, without user and password',
      url: true,
      defaultText: 'that of AWS in the region',
    }),
  forcePathStyle: z.boolean().default(false).register(settingInfo, {
    help: 'Whether the bucket is part of the path instead of the host name. Most services other than AWS require it.',
  }),
  prefix: z
    .string()
    .max(512)
    .regex(/^([A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?)?$/)
    .default('')
    .register(settingInfo, {
      help: 'Prefix of every key, for a bucket that also holds other objects.',
      allowed: 'a path such as rtcstats or calls/rtcstats',
      defaultText: 'none',
    }),
  keys: z.enum(['dated', 'flat']).default('dated').register(settingInfo, {
    help: 'The key of a new dump, after the prefix. `dated`: `<yyyy>/<mm>/<dd>/<id>.gz`. `flat`: `<id>.gz`, for the feature extractor of the rtcstats project, which uses only the last part of the URL of a dump as its key, and reads gzip only. Existing dumps stay where they are.',
  }),
  quarantinePrefix: z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?$/)
    .optional()
    .register(settingInfo, {
      help: 'Prefix of the dumps in which the verifier found something: they are then in the bucket too, so that every gateway can read, release and delete them. Personal data may be in them, so allow the prefix to the gateway only.',
      allowed: 'a path such as quarantine, other than `prefix`',
      defaultText: 'they stay in `<dataDirectory>/quarantine` of the gateway that recorded them',
    }),
  credentials: z
    .strictObject({
      accessKeyId: z.string().min(1).max(256).optional().register(settingInfo, {
        help: 'Id of the access key. Without one, the credential chain of the AWS SDK is used: environment, profile, role of the container or machine.',
        allowed: 'a text of 1 to 256 characters',
      }),
      secretAccessKey: z.string().min(1).max(1024).optional().register(settingInfo, {
        help: 'The secret of the access key.',
        allowed: 'a text of 1 to 1024 characters',
        secret: true,
      }),
      sessionToken: z.string().min(1).max(8192).optional().register(settingInfo, {
        help: 'The token of temporary credentials.',
        allowed: 'a text of 1 to 8192 characters',
        secret: true,
      }),
    })
    .prefault({})
    .register(settingInfo, { help: 'Credentials of the gateway.' }),
  serverSideEncryption: z.enum(['none', 'AES256', 'aws:kms']).default('none').register(settingInfo, {
    help: 'Server-side encryption to request: `AES256` is SSE-S3, `aws:kms` SSE-KMS. `none` leaves it to the settings of the bucket.',
  }),
  kmsKeyId: z.string().min(1).max(2048).optional().register(settingInfo, {
    help: 'The key of SSE-KMS.',
    allowed: 'id, alias or ARN of a key',
    defaultText: 'that of the account',
  }),
});

/** The highest level of gzip (RFC 1952), and the highest of zstd that a reader needs no more memory for. */
const MAX_LEVELS = { gzip: 9, zstd: 19 };

const compression = z.strictObject({
  format: z.enum(['gzip', 'zstd']).default('gzip').register(settingInfo, {
    help: 'The format of new dumps. `zstd` takes a fourth of the CPU time for long calls and a fourth less space for short ones (see capacity.md); the names of its dumps end in `.zst`. Dumps with findings are gzip always, and so is what the API, `sessions dump` and forwarding give. Existing dumps stay as they are and are read as before.',
  }),
  level: z.int().min(1).max(MAX_LEVELS.zstd).optional().register(settingInfo, {
    help: 'A higher level takes more CPU time for smaller dumps.',
    allowed: '1 to 9 for gzip, 1 to 19 for zstd',
    defaultText: '5 for gzip; for zstd 7 up to 256 KiB, and 1 for larger dumps',
  }),
  dictionary: z.boolean().default(true).register(settingInfo, {
    help: 'Whether zstd compresses dumps of up to 256 KiB with a dictionary, which makes those of short calls a fourth smaller. It is part of the package; other programs need it to read them (see back-ends.md).',
  }),
});

/** The settings of `storage`. */
export const storageSchema = z.strictObject({
  type: z.literal(['local', 's3']).default('local').register(settingInfo, {
    help: 'Where finished dumps are stored. `local`: `<dataDirectory>/dumps`. `s3`: a bucket; dumps with findings stay in `<dataDirectory>/quarantine`, unless `storage.s3.quarantinePrefix` is set.',
  }),
  encryption: z
    .strictObject({
      recipients: z
        .array(
          z
            .string()
            .max(2048)
            .regex(/^age1[0-9a-z]+$/),
        )
        .max(20)
        .default([])
        .register(settingInfo, {
          help: 'Public keys: new dumps, also those in quarantine, are encrypted so that the private key of any of them opens them. Empty: new dumps are not encrypted. Encrypted dumps stay encrypted.',
          allowed: 'a list of at most 20 public keys as `age-keygen` prints them (age1…)',
          defaultText: 'none',
        }),
      identityFile: z
        .string()
        .min(1)
        .max(4096)
        .refine((path) => !/AGE-SECRET-KEY-/i.test(path))
        .optional()
        .register(settingInfo, {
          help: 'File with the private keys, one per line, as `age-keygen` writes it. Keep those of former recipients in it as long as there are dumps from their time.',
          allowed: 'the path of a file',
          defaultText:
            'none: encrypted dumps are written but not read, so the console, forwarding and commands say DUMP_ENCRYPTED',
        }),
    })
    .prefault({})
    .register(settingInfo, { help: 'Encryption of stored dumps, in the age format.' }),
  s3: s3.prefault({}).register(settingInfo, { help: 'S3, or any service that speaks its protocol.' }),
  compression: compression.prefault({}).register(settingInfo, { help: 'How finished dumps are compressed.' }),
});

/** Problems of settings that contradict each other. */
export function storageContradictions({
  type,
  s3: { bucket, credentials, ...s3 },
  compression: { format, level = 1 },
}: z.output<typeof storageSchema>): string[] {
  const problems: string[] = [];
  if (level > MAX_LEVELS[format]) {
    problems.push(`storage.compression.level: has to be ${MAX_LEVELS[format]} or less, as the format is ${format}`);
  }
  if (type !== 's3') return problems;
  if (bucket === undefined) problems.push('storage.s3.bucket: has to be set, as storage.type is s3');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const missing = accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
    problems.push(`storage.s3.credentials.${missing}: has to be set, as its other half is`);
  } else if (sessionToken !== undefined && accessKeyId === undefined) {
    problems.push('storage.s3.credentials.sessionToken: needs accessKeyId and secretAccessKey');
  }
  if (s3.quarantinePrefix !== undefined && withoutSlash(s3.quarantinePrefix) === withoutSlash(s3.prefix)) {
    problems.push('storage.s3.quarantinePrefix: has to differ from storage.s3.prefix');
  }
  if (s3.kmsKeyId !== undefined && s3.serverSideEncryption !== 'aws:kms') {
    problems.push('storage.s3.kmsKeyId: is used with serverSideEncryption aws:kms only');
  }
  return problems;
}

function withoutSlash(prefix: string): string {
  return prefix.replace(/\/$/, '');
}
