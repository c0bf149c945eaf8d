import { z } from 'zod';
import {
  acceptedAlgorithms,
  DEFAULT_ALGORITHMS,
  HMAC_ALGORITHMS,
  type KeySettings,
  listOf,
  PUBLIC_KEY_ALGORITHMS,
} from '../keys/algorithms.ts';
import { inlineKeyProblem, PUBLIC_KEY_ALLOWED } from '../keys/public-keys.ts';
import { isSecureUrl } from '../net/network.ts';
import { settingInfo } from './setting-info.ts';

/** Keys in use at the same time: the current one, the next one and a few spare ones. */
const MAX_KEYS = 16;
const MAX_LIFETIME_SECONDS = 366 * 24 * 3600;

/** One of them, or a list. */
function oneOrMore<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item).min(1).max(MAX_KEYS)]);
}

const name = z.string().min(1).max(1024);

export const authorizationSchema = z.strictObject({
  required: z.boolean().optional().register(settingInfo, {
    help: 'Whether clients need a token. With `false`, clients without one may send as well, but an invalid token is still rejected.',
    allowed: 'true or false',
    kind: 'boolean',
    defaultText: '`true` with any key configured, else `false`',
  }),
  jwtSecret: oneOrMore(z.string().min(1).max(4096))
    .optional()
    .register(settingInfo, {
      help: 'Shared secret with which the application signs the tokens of its clients (query parameter `rtcstats-token`), or a list of secrets: each is accepted, so that the secret can be rotated while clients hold tokens of the old one. Without secret, public key and JWKS URL, every client may send and tokens are ignored. Use at least 32 bytes (RFC 7518, section 3.2). The variable may hold a JSON list.',
      allowed: `a text of 1 to 4096 characters, or a list of 1 to ${MAX_KEYS} of them`,
      kind: 'textOrList',
      secret: true,
    }),
  publicKey: oneOrMore(z.string().min(1).max(65_536)).optional().register(settingInfo, {
    help: 'Public key of the application, if it signs with a private key. Files are read at the start. The variable may hold a JSON list.',
    allowed: PUBLIC_KEY_ALLOWED,
    kind: 'textOrList',
  }),
  // Without https, an attacker on the network path could insert keys.
  jwksUrl: z.string().max(2048).refine(isSecureUrl).optional().register(settingInfo, {
    help: 'URL of the public keys of the application (JWK Set, RFC 7517). They are fetched at the start, every 10 minutes while tokens arrive, and at most every 30 seconds when a token names an unknown key. While the URL does not answer, the last known keys stay valid.',
    allowed: 'a URL that starts with https://, or with http:// on this machine, without user name and password',
    url: true,
  }),
  algorithms: z
    .array(z.enum([...HMAC_ALGORITHMS, ...PUBLIC_KEY_ALGORITHMS]))
    .min(1)
    .max(HMAC_ALGORITHMS.length + PUBLIC_KEY_ALGORITHMS.length)
    .optional()
    .register(settingInfo, {
      help: 'Accepted signature algorithms. A token with another one is rejected. HS… are for secrets only, all others for public keys only.',
      defaultText: `\`${DEFAULT_ALGORITHMS.secret.join(', ')}\` with a secret, \`${DEFAULT_ALGORITHMS.publicKey.join(', ')}\` with a public key or JWKS URL`,
    }),
  issuer: oneOrMore(name).optional().register(settingInfo, {
    help: 'Required value of the claim `iss`. Not checked if not set.',
    allowed: 'a text or a list of texts, one of which has to be there',
    kind: 'list',
  }),
  audience: oneOrMore(name).optional().register(settingInfo, {
    help: 'Required value of the claim `aud`, which may be a list. Not checked if not set.',
    allowed: 'a text or a list of texts, one of which has to be there',
    kind: 'list',
  }),
  clockToleranceSeconds: z.int().min(0).max(600).default(30).register(settingInfo, {
    help: 'How much the clock of the application may differ when `exp` and `nbf` are checked.',
    unit: 'seconds',
  }),
  requireExpiry: z.boolean().default(false).register(settingInfo, {
    help: 'Whether a token needs an expiry (`exp`). A token without one can be used forever by everybody who has seen it.',
  }),
  maxLifetimeSeconds: z.int().min(1).max(MAX_LIFETIME_SECONDS).optional().register(settingInfo, {
    help: 'Longest lifetime of a token, from `iat` (or from now, if that is less) until `exp`. A token that is valid for longer, or has no `exp`, is rejected. Not checked if not set.',
    unit: 'seconds',
  }),
  trustQueryIdentity: z.boolean().default(true).register(settingInfo, {
    help: 'Whether clients may name user, conference and session without a token: in the query of their URL (`userId`, `conferenceId`, `sessionId`) or in an `identity` event. Anybody can write anything there, so the list of sessions marks such names as unsigned. With `false`, only names in signed tokens are used.',
  }),
});

/** Problems that concern several of these settings. */
export function authorizationContradictions(
  settings: KeySettings & { readonly required?: boolean | undefined },
): string[] {
  const { jwtSecret, publicKey, jwksUrl, algorithms, required } = settings;
  const hasKey = jwtSecret !== undefined || publicKey !== undefined || jwksUrl !== undefined;
  if (required && !hasKey) {
    return ['authorization.required: tokens cannot be checked without jwtSecret, publicKey or jwksUrl'];
  }
  const problems = listOf(publicKey).flatMap((text) => {
    const problem = inlineKeyProblem(text);
    return problem === undefined ? [] : [`authorization.publicKey: the key (not shown) cannot be used: ${problem}`];
  });
  if (hasKey && acceptedAlgorithms(settings).length === 0) {
    problems.push(`authorization.algorithms: none of the configured keys can be used with ${algorithms!.join(', ')}`);
  }
  return problems;
}
