import { SignJWT } from 'jose';
import { loadConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { TOKEN_PARAMETER } from '../ingest/authorization.ts';
import { parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { print } from './terminal.ts';

export const help = `
Usage: rtcstats-server token [--user ID] [--conference ID] [--session ID] [flags]

Makes a token with which a client may connect, signed with authorization.jwtSecret. It is printed on standard output.

  --user ID          who is calling
  --conference ID    the call
  --session ID       this one's part in the call
  --lifetime N       seconds for which it may be used to connect (default 600)
  --url URL          print this WebSocket URL with the token in it instead of the token alone
  --config FILE      configuration file (default: rtcstats.yaml if it is there)

Example: rtcstats-server token --user alice --conference standup --url wss://stats.example.com/
`;

const DEFAULT_LIFETIME_SECONDS = 600;
const YEAR_SECONDS = 366 * 24 * 3600;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('token', args, {
    user: { type: 'string' },
    conference: { type: 'string' },
    session: { type: 'string' },
    lifetime: { type: 'string' },
    url: { type: 'string' },
    config: { type: 'string' },
  });
  if (positionals.length > 0) throw usageError(`token takes no ${JSON.stringify(positionals[0])}`, 'token');
  const lifetime =
    values.lifetime === undefined
      ? DEFAULT_LIFETIME_SECONDS
      : wholeNumber(values.lifetime, '--lifetime', 1, YEAR_SECONDS, 'token');
  const url = values.url === undefined ? undefined : webSocketUrl(values.url);

  const { authorization } = loadConfig({ file: values.config, environment: process.env });
  if (authorization.jwtSecret === undefined) {
    throw new GatewayError('CONFIG_INVALID', 'authorization.jwtSecret is not set, so there is nothing to sign with', {
      todo: 'Set it (RTCSTATS_AUTHORIZATION_JWT_SECRET); without it the gateway asks for no token.',
    });
  }
  const { user, conference, session } = values;
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ rtcStats: { user, conference, session } })
    .setProtectedHeader({ alg: authorization.algorithms[0]!, typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(new TextEncoder().encode(authorization.jwtSecret));
  url?.searchParams.set(TOKEN_PARAMETER, token);
  print(url?.href ?? token);
  return 0;
}

function webSocketUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'ws:' || url.protocol === 'wss:')) return url;
  throw usageError('--url has to be a URL that starts with ws:// or wss://', 'token');
}
