import { PRESETS } from '@rtcstats-server/privacy';
import { TOKEN_PARAMETER } from '../auth/authorization.ts';
import { signToken } from '../auth/sign-token.ts';
import { loadConfig } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { print } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';

export const help = `
Usage: rtcstats-server token [--user ID] [--conference ID] [--session ID] [flags]

Prints a token that lets a client connect. It is signed with authorization.jwtSecret (the first one of a list) and contains
authorization.issuer and authorization.audience if they are set.

  --user ID          id of the user
  --conference ID    id of the call
  --session ID       id of the user's session in the call
  --privacy PRESET   use this preset for the session where it is stricter: standard, strict or compatible
  --forward yes|no   whether this session's dump may be forwarded
  --lifetime N       lifetime in seconds (default 600), at most authorization.maxLifetimeSeconds
  --url URL          print this URL (ws, wss, http or https) with the token added
  --config FILE      configuration file (default: rtcstats.yaml if it exists)

Example: rtcstats-server token --user alice --conference standup --url wss://stats.example.com/
`;

export const options = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  privacy: { type: 'string', values: PRESETS },
  forward: { type: 'string', values: ['yes', 'no'] },
  lifetime: { type: 'string' },
  url: { type: 'string' },
  config: { type: 'string', path: 'file' },
} as const satisfies OptionSpecs;

const DEFAULT_LIFETIME_SECONDS = 600;
const YEAR_SECONDS = 366 * 24 * 3600;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('token', args, options);
  if (positionals.length > 0) throw usageError(`token takes no ${JSON.stringify(positionals[0])}`, 'token');
  const url = values.url === undefined ? undefined : gatewayUrl(values.url);
  const { privacy, forward } = values;
  if (privacy !== undefined) oneOf(privacy, '--privacy', PRESETS);
  if (forward !== undefined) oneOf(forward, '--forward', ['yes', 'no']);

  const { authorization } = loadConfig({ file: values.config, environment: process.env });
  const { maxLifetimeSeconds: longest = YEAR_SECONDS } = authorization;
  const lifetime =
    values.lifetime === undefined
      ? DEFAULT_LIFETIME_SECONDS
      : wholeNumber(values.lifetime, '--lifetime', 1, longest, 'token');
  const { user, conference, session } = values;
  const claims = { user, conference, session, privacy, forward: forward === undefined ? undefined : forward === 'yes' };
  const token = await signToken(authorization, claims, lifetime);
  if (token === undefined) {
    throw new GatewayError('CONFIG_INVALID', 'authorization.jwtSecret is not set, so the token cannot be signed', {
      todo: 'Set it (RTCSTATS_AUTHORIZATION_JWT_SECRET), or create the token in your application with its private key.',
    });
  }
  url?.searchParams.set(TOKEN_PARAMETER, token);
  print(url?.href ?? token);
  return 0;
}

function gatewayUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol)) return url;
  throw usageError('--url must be a URL that starts with ws://, wss://, http:// or https://', 'token');
}

function oneOf(text: string, flag: string, allowed: readonly string[]): void {
  if (!allowed.includes(text)) throw usageError(`${flag} must be ${allowed.join(' or ')}`, 'token');
}
