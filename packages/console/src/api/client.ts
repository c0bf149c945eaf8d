import type { Policy } from '@rtcstats-server/privacy';
import type {
  Canary,
  Deliveries,
  EgressEntry,
  Session,
  SessionPage,
  SessionQuery,
  SignIn,
  TryIt,
  Verdict,
} from './types.ts';

/** What the API answers when it does not do what it was asked. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Called when an answer says that nobody is signed in. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'UNREACHABLE', 'The gateway does not answer. Is it running?');
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== '/api/sign-in') onSignedOut();
  const body = (await response.json().catch(() => ({}))) as { error?: string; code?: string };
  throw new ApiError(response.status, body.code ?? 'UNKNOWN', body.error ?? `The gateway answered ${response.status}`);
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await call(path, init)).json()) as T;
}

function post(body?: unknown): RequestInit {
  if (body === undefined) return { method: 'POST' };
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function sessionPath(id: string): string {
  return `/api/sessions/${encodeURIComponent(id)}`;
}

/** The admin API. Everything that the console asks the gateway for is asked here, but for the dump, which the worker reads. */
export const api = {
  signInState: () => json<SignIn>('/api/sign-in'),
  signIn: async (token: string): Promise<void> => {
    await call('/api/sign-in', post({ token }));
  },
  signOut: async (): Promise<void> => {
    await call('/api/sign-out', post());
  },
  sessions: (query: SessionQuery, signal?: AbortSignal) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const parameters = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return json<SessionPage>(`/api/sessions?${parameters}`, signal ? { signal } : {});
  },
  session: (id: string) => json<Session>(sessionPath(id)),
  verify: (id: string) => json<Verdict>(`${sessionPath(id)}/verify`, post()),
  /** @throws ApiError when the verifier still finds something */
  release: async (id: string): Promise<void> => {
    await call(`${sessionPath(id)}/release`, post());
  },
  delete: async (id: string): Promise<void> => {
    await call(sessionPath(id), { method: 'DELETE' });
  },
  tryIt: (conference: string) => json<TryIt>(`/api/try-it?${new URLSearchParams({ conference })}`),
  /** @throws ApiError when forwarding is off, or the dump is not clean */
  forward: async (id: string): Promise<void> => {
    await call(`${sessionPath(id)}/forward`, post());
  },
  deliveries: () => json<Deliveries>('/api/deliveries?limit=1'),
  egress: () => json<{ readonly entries: readonly EgressEntry[] }>('/api/egress?limit=50'),
  policy: () => json<Policy>('/api/policy'),
  canary: () => json<Canary>('/api/canary'),
  /** @throws ApiError when one is on its way already */
  startCanary: async (): Promise<void> => {
    await call('/api/canary', post());
  },
};

/** Where the stored dump of a session is read. */
export function dumpUrl(id: string): string {
  return `${sessionPath(id)}/dump`;
}
